import type { HistoryFailure } from '../judge/verdict.ts';
import { historyPath } from './history-path.ts';
import { historyScript } from './history-script.ts';
import type { Report } from './model.ts';

/** One file about a failed history, below the folder of the run. */
export interface HistoryFile {
  /** `histories/NAME.json` or `histories/NAME.sh`. */
  path: string;
  content: string;
  executable: boolean;
}

/** The files of all histories of a run that failed: each as data, and as a script where it is known what it needs. */
export function historyFiles(report: Report): HistoryFile[] {
  return report.cases.flatMap(({ id }) => {
    const failure = report.results.get(id)?.history?.failure;
    if (!failure) return [];
    const script = historyScript(id, failure, report);
    const data = `${JSON.stringify(historyEntry(id, failure), null, 2)}\n`;
    return [
      { path: historyPath(id, 'json'), content: data, executable: false },
      ...(script === null ? [] : [{ path: historyPath(id, 'sh'), content: script, executable: true }]),
    ];
  });
}

/** A failed history as plain data, which can be played again. */
function historyEntry(id: string, { mode, seed, path, microversions, plan, at, rule, retold }: HistoryFailure) {
  const { what, expected, received, together } = retold;
  return {
    schema: 'urn:novaspec:history:1',
    case: id,
    mode,
    seed,
    path,
    microversions,
    commands: plan,
    // How many of the commands at the end go out at the same moment.
    together,
    at,
    rule,
    what,
    expected,
    received,
  };
}
