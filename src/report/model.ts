import type { Level } from '../contract/rule.ts';
import type { CaseResult } from '../judge/verdict.ts';
import type { Case } from '../plan/case.ts';
import type { Shard } from '../plan/shard.ts';

/** What a report says about the target; no secrets. */
export interface TargetFacts {
  /** How it was named: `embedded cloud`, a cloud's name, or the URL. */
  name: string;
  compute: string;
  volume: string | null;
  microversions: { min: string; max: string };
  personas: Record<string, { roles: string[] | null; project: string | null }>;
  /** Capabilities of the contract that it has; with microversions and roles, all that the plan depends on. */
  features: string[];
}

/** What servers and volumes are made of; null: none was found, or the cloud decides by itself. */
export interface ChoiceFacts {
  image: { id: string; name: string } | null;
  flavor: { id: string; name: string } | null;
  resizeFlavor: { id: string; name: string } | null;
  network: { id: string; name: string } | 'none' | null;
  availabilityZone: string | null;
  volumeType: string | null;
  /** Servers at once, at most. */
  servers: number;
}

/** Everything that a reader needs to understand a rule without opening the specs. */
export interface RuleFacts {
  sentence: string;
  level: Level;
  source: string[];
}

/** What happens behind the answer to a request, for a reader: what each observer may show, stage by stage. */
export interface CourseFacts {
  /** What it is the course of: `an attach to a server that has a host`. */
  sentence: string;
  source: string[];
  /** In their order; `next`: the stages that may follow. A value may be a placeholder, e.g. `{{free}}`: what the volume was like before. */
  stages: { name: string; shows: Partial<Record<string, string[]>>; next: string[] }[];
  /** Stages in which it is over as it should be, and as it should not. */
  success: string[];
  failure: string[];
}

/** What a script needs to play a history without novaspec; `{{name}}`, `{{run_id}}`, `{{image}}`, `{{flavor}}` in bodies are its own. */
export interface Recipes {
  /** Ids. */
  image: string;
  flavor: string;
  /** The body that creates a server. */
  server: unknown;
  /** Kind of a volume -> the body that creates one. */
  volumes: Record<string, unknown>;
  /** Kinds of the volumes that every history begins with. */
  given: string[];
  /** How many servers every history begins with. */
  servers: number;
  /** The header of readings, which are made at the newest microversion: `name: value`. */
  header: string;
  /** Statuses of servers and volumes that are ready. */
  ready: { server: string[]; volume: string[] };
  /** Statuses of answers about what is gone. */
  gone: number[];
  /** Actions that end what stands in the way of a deletion. */
  actions: { forceDelete: unknown; server: unknown; volume: unknown };
  /** Seconds. */
  limits: { build: number; rest: number; linger: number };
  /** Properties that no two attachments of a server share, and those that never change. */
  distinct: string[];
  kept: string[];
}

/** A file that was to hold a report and could not be written. */
export interface LostFile {
  /** As it is called below the folder of the run, or as it was named. */
  file: string;
  /** `no space left on device` */
  why: string;
}

/** A waiver that nothing needs any more. */
export interface StaleWaiver {
  line: number;
  /** The rule, family, case or pattern that it waives. */
  name: string;
  /** `no longer matches anything that fails (12 cases passed)` */
  why: string;
}

/** The known failures that a run did not count as such. */
export interface BaselineFacts {
  /** As it was named. */
  file: string;
  waivers: number;
  /** Known once the run is over. */
  stale: StaleWaiver[];
}

/** A run, as every reporter sees it. `results` grows while the run goes on. */
export interface Report {
  tool: { name: string; version: string };
  /** Part of the names of all that the run makes. */
  runId: string;
  /** Where its reports go, as a command of the current folder names it. */
  folder: string;
  /** The command that plays a history again, without the history's name. */
  replay: string;
  startedAt: number;
  finishedAt: number | null;
  /** Why it ended before everything was judged, as the user may know it: `--max-time 600`, `interrupted`; null where nothing ended it. */
  ended: string | null;
  /** The part of the plan that was judged, and how many cases the whole plan has; null: it was judged whole. */
  shard: (Shard & { of: number }) | null;
  /** How many times each case was carried out. */
  repeat: number;
  /** How many requests were sent in all. */
  requests: number;
  /** False when the run was interrupted, ran out of budget or broke down before every case had its verdict. */
  complete: boolean;
  exitCode: number | null;
  target: TargetFacts | null;
  /** Null until the target was asked. */
  choices: ChoiceFacts | null;
  /** Null while no history can have failed. */
  recipes: Recipes | null;
  /** Why no case could be judged at all (unreachable target, refused credentials ...). */
  failure: string | null;
  /** Remarks that concern the whole run, e.g. a target newer than the contract. */
  notes: string[];
  selection: Record<string, unknown>;
  /** Seconds: the limit of every wait for the cloud that the user set; null: the contract's own. */
  wait: number | null;
  /** Absent without one. */
  baseline?: BaselineFacts;
  /** Levels of which a deviation fails the run. */
  judged: Level[];
  planDigest: string;
  cases: Case[];
  rules: Record<string, RuleFacts>;
  /** By name, as timelines refer to them. */
  courses: Record<string, CourseFacts>;
  results: Map<string, CaseResult>;
  /** Lower ends of the microversion classes, ascending: `2.1`, `2.20` ... */
  classes: string[];
  /** The command that repeats a case, without the case's id: `npx novaspec run --os-cloud x`. */
  command: string;
  /** The command that removes what was left behind; null where nothing can be. */
  cleanUp: string | null;
  /** Resources that could not be removed. */
  leftovers: { kind: string; id: string; name: string; why: string }[];
  /** Files of reports that could not be written. */
  lost: LostFile[];
  ledger: { created: number; removed: number };
  /** Servers built and actions sent to them; milliseconds of the run in which the cloud was waited for; readings of watches. */
  stage: { servers: number; actions: number; waitedMs: number; readings: number };
}
