import { isPossibleAt } from './async-data.ts';
import type { GivenPatch, Level, RuleData, RuleExpectation } from './rule.ts';
import type { StateStep } from './stage-data.ts';

/** What a volume of a kind is like to a request, as the rules name it, the most special name first. */
export interface VolumeKind {
  /** Name of the kind for the stage; an ordinary volume without it. */
  kind?: string;
  /** Capability without which there is none. */
  needs?: string;
  /** Whether several servers may have it. */
  shared?: boolean;
  /** Whether only histories use it in which each request waits for the end of the one before. */
  settled_only?: boolean;
  free: string[];
  /** Beside what the phase is like. */
  here: string[];
  elsewhere: string[];
}

/** What a volume goes through towards one server. */
export interface Phase {
  /** What the volume is like to a request about that server. */
  like?: string[];
  /** Whether the list of the server has it. */
  listed: boolean;
  /** The phase that follows by itself, or `free`; it stays without it. */
  then?: string;
  /** What follows comes to nothing where the server lists the volume already, or where another phase takes the volume. */
  wants?: 'row' | 'volume';
  /** Whether nobody else gets the volume, unless it is a shared one. */
  takes?: boolean;
  /** Properties of the attachment show anything, and an update may be lost. */
  unsettled?: boolean;
  /** Statuses that the volume shows in a phase that stays. */
  shows?: string[];
  /** What the volume is like, before all else, to other servers that do not have it, and to those that share it. */
  elsewhere?: string[];
  beside?: string[];
}

/** With which phase something begins; the first one of a list whose conditions hold. */
export interface Beginning {
  /** Situation of the server. */
  state?: string;
  /** Of an answer without a body. */
  body?: 'none';
  phase: string;
  /** A volume that ends with its server ends now. */
  ends?: true;
}

/** What is asked of a server itself, beside the ways of `stage.yaml`. */
export interface ExtraStep {
  from: string[];
  to: string;
  /** Situations that the server does not come to again. */
  spends?: string[];
  take: StateStep[];
}

/** The rules whose requests a history sends to one operation. */
export interface RequestChoice {
  weight: number;
  /** What the volume is best like, where the request itself does not say. */
  about?: string;
  rules: string[];
  wrong: string[];
}

/** One of several requests at the same moment, or one before them. Servers and volumes are numbers. */
export type BurstCall = { ask: string; server: number; volume: number } | { step: string; server: number };

/** Requests that are sent at the same moment. */
export interface Burst {
  /** Asked for and awaited before. */
  given?: BurstCall[];
  calls: BurstCall[];
}

/** What a rule about histories asserts: of generated ones, or of a burst. */
export interface HistoryRule {
  mode?: 'settled' | 'overlapping';
  burst?: string;
}

/** A rule as it stands in `histories.yaml`, beside its operation. */
export interface HistoryRuleData extends Pick<RuleData, 'sentence' | 'level' | 'source' | 'at'> {
  /** Oldest microversion at which it holds. */
  from?: string;
  history: HistoryRule;
}

/** Something that must hold after each step of a history, whatever it was. */
export interface Invariant {
  sentence: string;
  level: Level;
  source: string[];
}

/** What the engine checks after each step, by name. */
export type InvariantName = 'comes-to-rest' | 'listed' | 'once' | 'here' | 'kept' | 'distinct' | 'explained' | 'server';

/** `histories.yaml`: what generated histories and bursts may do, and what becomes of volumes on the way. */
export interface HistoriesData {
  /** `most` volumes in the end; `lanes`: histories at once, at most. */
  world: { servers: number; volumes: string[]; most: number; lanes: number };
  runs: number;
  settled: { length: number };
  /** Of the histories of a run every `every`th overlaps; `pending`: so many attachments on their way at once. */
  overlapping: { every: number; length: number; pending: number };
  shrinking: { requests: number; seconds: number };
  /** How often a burst is played for one case. */
  times: number;
  volumes: Record<string, VolumeKind>;
  /** Situation of a volume -> the one that stands for it. */
  alike: Record<string, string>;
  /** Property of an attachment -> its value when nothing was asked for. */
  remembers: Record<string, unknown>;
  ends_with_server: string;
  /** Property that may keep an attachment in the list for ever. */
  may_stay: string;
  kept: string[];
  distinct: string[];
  phases: Record<string, Phase>;
  begins: { attached: Beginning[]; detached: Beginning[] };
  /** Situation -> phase -> what it may become when a server comes there, until it leaves. */
  arrivals: Record<string, Record<string, string>>;
  /** Statuses of a volume that no server has. */
  free: string[];
  steps: Record<string, ExtraStep>;
  leaves_out: string[];
  from_anywhere: string[];
  overlaps: string[];
  moving: string;
  requests: Record<string, RequestChoice>;
  step_weight: number;
  creation_weight: number;
  wrong_share: number;
  bursts: Record<string, Burst>;
  invariants: Record<InvariantName, Invariant>;
  /** What a case about histories is given. */
  given: GivenPatch & { server: string };
  /** Operation -> its rules. */
  rules: Record<string, Record<string, HistoryRuleData>>;
}

/** The rules about histories of an operation, as all others stand. */
export function historyRules(
  { rules, given }: HistoriesData,
  operation: string,
  microversion: string,
  success: RuleExpectation['status'],
): Record<string, RuleData> {
  const possible = Object.entries(rules[operation] ?? {}).filter(([, rule]) => isPossibleAt(rule, microversion));
  return Object.fromEntries(
    possible.map(([id, { sentence, level, source, at, history }]) => [
      id,
      {
        sentence,
        level,
        source,
        ...(at === undefined ? {} : { at }),
        history,
        suite: 'histories',
        given,
        expect: { status: success },
      },
    ]),
  );
}
