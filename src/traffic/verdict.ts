import type { Deviation } from '../judge/verdict.ts';
import type { Exchange } from '../target/exchange.ts';

/** Where an exchange was recorded. */
export interface Place {
  file: string;
  /** Number of the entry in its file, from 1. */
  entry: number;
  /** As the recorder wrote it; empty where it did not. */
  time: string;
}

/** A deviation from what a rule says. */
export interface RuleDeviation extends Deviation {
  rule: string;
}

/** What one recorded exchange comes to. */
export interface TrafficVerdict extends Place {
  verdict: 'pass' | 'fail' | 'not judged';
  /** Why it was not judged. */
  why?: string;
  operation: string;
  /** That it was judged at; null where none is known, or none of the contract's. */
  microversion: string | null;
  /** Rules that it could be judged by. */
  rules: string[];
  deviations: RuleDeviation[];
  /** Differences that never fail: informative ones, or weaker than the levels that were asked for. */
  findings: RuleDeviation[];
  /** With its secrets replaced; missing where no exchange could be made of the entry. */
  exchange?: Exchange;
}
