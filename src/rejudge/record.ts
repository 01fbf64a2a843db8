import type { CaseFacts, HistoryFacts, PageFacts, ScenarioFacts } from '../evidence/facts.ts';
import type { OwnEntry } from '../evidence/own-har.ts';
import { stagePage, targetPage } from '../evidence/recorder.ts';
import type { Command } from '../model/command.ts';
import type { LeaseFacts } from '../stage/lease.ts';

/** One page with its exchanges by number; a number that was not recorded is missing. */
export interface RecordedPage<F> {
  id: string;
  facts: F;
  entries: readonly (OwnEntry | undefined)[];
}

/** A record of a run, sorted by what it was for. */
export interface RunRecord {
  /** Case -> its page; of several the last one, as the others came too late for their moment. */
  cases: Map<string, RecordedPage<CaseFacts<LeaseFacts>>>;
  /** `SCENARIO@MICROVERSION` -> its page. */
  scenarios: Map<string, RecordedPage<ScenarioFacts<LeaseFacts>>>;
  /** Case -> its histories, in the order in which they were played. */
  histories: Map<string, RecordedPage<HistoryFacts<Command>>[]>;
}

/** Sorts what a HAR holds; what the stage and the target were asked beside the cases is passed over. */
export async function readRecord(
  entries: AsyncIterable<OwnEntry>,
  pagesOf: () => readonly { id?: string; _novaspec?: unknown }[],
): Promise<RunRecord> {
  const byPage = new Map<string, OwnEntry[]>();
  for await (const entry of entries) {
    const { pageref, _novaspec: notes } = entry;
    if (pageref === undefined || notes === undefined || pageref === stagePage || pageref === targetPage) continue;
    const page = byPage.get(pageref) ?? [];
    page[notes.number] = entry;
    byPage.set(pageref, page);
  }
  const record: RunRecord = { cases: new Map(), scenarios: new Map(), histories: new Map() };
  for (const { id = '', _novaspec: notes } of pagesOf()) {
    const facts = notes as PageFacts | undefined;
    const page = { id, entries: byPage.get(id) ?? [] };
    if (facts?.kind === 'case') record.cases.set(facts.case, { ...page, facts: facts as CaseFacts<LeaseFacts> });
    if (facts?.kind === 'scenario') record.scenarios.set(id, { ...page, facts: facts as ScenarioFacts<LeaseFacts> });
    if (facts?.kind === 'history') {
      const before = record.histories.get(facts.case) ?? [];
      record.histories.set(facts.case, [...before, { ...page, facts: facts as HistoryFacts<Command> }]);
    }
  }
  return record;
}
