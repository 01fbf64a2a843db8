import { createHash } from 'node:crypto';
import { json } from '@sigstore/core';
import type { Level } from '../contract/rule.ts';
import type { SkipReason } from '../plan/case.ts';

/** Skips of one reason that a certificate may have; one of `releases`, `states` and `capabilities` says what they concern. */
export interface AllowedSkip {
  reason: SkipReason;
  /** Rules that say themselves for which maximum microversions they hold. */
  releases?: true;
  /** Situations of a server. */
  states?: string[];
  /** Capabilities of the contract. */
  capabilities?: string[];
  /** Why such a skip is honest. */
  why: string;
}

/** Situations of which at least so many must have been judged in each run, though each may be skipped. */
export interface KeptStates {
  states: string[];
  at_least: number;
  why: string;
}

/** What a profile was frozen with; digests are SHA-256 in hex. */
export interface Frozen {
  /** Over `specs/` and `fixtures/`. */
  contract: string;
  /** Over the plan of a target that offers everything, with seed 1. */
  plan: string;
  cases: number;
  rules: number;
}

/** What a profile says, without its digests. `schemas/profile.schema.json` describes each property. */
export interface ProfileData {
  name: string;
  title: string;
  release: string;
  microversions: { min: string; max: string };
  covers: { microversions: string; rules: string[] };
  levels: { decide: Level[]; warn: Level[] };
  personas: string[];
  features: string[];
  repetitions: number;
  skips: AllowedSkip[];
  keeps: KeptStates[];
}

/** A profile with what it is frozen to: what is certified is this and nothing else. */
export interface Profile extends ProfileData {
  frozen: Frozen;
  /** SHA-256, in hex, over all the rest as canonical JSON. */
  digest: string;
  /** Whether it is one of those that the package brings. */
  published: boolean;
}

/** The digest of a profile and of what it was frozen with. */
export function profileDigest(data: ProfileData, frozen: Frozen): string {
  const { name, title, release, microversions, covers, levels, personas, features, repetitions, skips, keeps } = data;
  const meaning = {
    name,
    title,
    release,
    microversions,
    covers,
    levels,
    personas,
    features,
    repetitions,
    skips,
    keeps,
  };
  return createHash('sha256')
    .update(json.canonicalize({ ...meaning, frozen }))
    .digest('hex');
}
