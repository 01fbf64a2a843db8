import type { HistoryFailure } from '../judge/verdict.ts';
import { scriptLibrary } from './history-script-library.ts';
import { HistoryScriptSteps } from './history-script-steps.ts';
import type { Recipes, Report } from './model.ts';
import { printableLine } from './printable.ts';
import { tokensOf } from './script-tokens.ts';
import { shellQuote } from './shell-quote.ts';

/**
 * A POSIX shell script that plays a failed history again, on servers and volumes of its own, with nothing but curl: it ends
 * with 1 where the history fails again, with 0 where its last step is as the contract says, with 2 where it could not be
 * played. Null where it is not known what servers and volumes are made of.
 */
export function historyScript(id: string, failure: HistoryFailure, report: Report): string | null {
  const { recipes, target } = report;
  if (!recipes || !target?.volume) return null;
  const script = new HistoryScriptSteps(failure, recipes);
  const tokens = [...new Set(failure.retold.steps.flatMap(tokensOf))].toSorted();
  return [
    '#!/bin/sh',
    ...comment(id, failure, tokens),
    'set -u',
    `COMPUTE=\${COMPUTE:-${shellQuote(target.compute)}}`,
    `VOLUME=\${VOLUME:-${shellQuote(target.volume)}}`,
    ...settings(recipes),
    '',
    scriptLibrary,
    ...tokens.map(name => `[ -n "\${${name}:-}" ] || cannot '${name} is not set'`),
    'WORK=$(mktemp -d) || cannot "no folder for answers"',
    'trap clean_up EXIT',
    "trap 'exit 2' INT TERM HUP",
    '',
    ...script.lines(),
    '',
  ].join('\n');
}

function comment(id: string, { rule, sentence, retold }: HistoryFailure, tokens: string[]): string[] {
  const { what, expected, received, together } = retold;
  const lines = [
    `${id} breaks ${rule}: ${sentence}`,
    `${what}: expected ${expected}, received ${received}`,
    '',
    'Plays this history again with curl, on servers and volumes of its own, which it removes in the end. Exit code 1: it failed',
    'again; 0: the last step is as the contract says; 2: it could not be played.',
    ...(together > 1 ? [`The last ${together} requests go out at the same moment; try several times.`] : []),
    `From the environment: ${tokens.join(', ')}; COMPUTE and VOLUME, the endpoints; IMAGE and FLAVOR, ids;`,
    'LIMIT, seconds of each wait; PAUSE, seconds between two readings.',
  ];
  return lines.map(line => `# ${printableLine(line)}`.trimEnd());
}

function json(value: unknown): string {
  return shellQuote(JSON.stringify(value));
}

function settings({ image, flavor, header, ready, gone, actions, limits, distinct, kept }: Recipes): string[] {
  return [
    `IMAGE=\${IMAGE:-${shellQuote(image)}}`,
    `FLAVOR=\${FLAVOR:-${shellQuote(flavor)}}`,
    // Before LIMIT has a value of its own.
    `BUILD_LIMIT=\${LIMIT:-${limits.build}}`,
    `LIMIT=\${LIMIT:-${limits.rest}}`,
    `PAUSE=\${PAUSE:-1}`,
    `NEWEST=${shellQuote(header)}`,
    `READY=${shellQuote(ready.server.join(' '))}`,
    `FREE=${shellQuote(ready.volume.join('|'))}`,
    `GONE=${shellQuote(gone.join(' '))}`,
    `FORCE_DELETE=${json(actions.forceDelete)}`,
    `UNLOCK=${json(actions.server)}`,
    `UNRESERVE=${json(actions.volume)}`,
    `DISTINCT=${shellQuote(distinct.join(' '))}`,
    `KEPT=${shellQuote(kept.join(' '))}`,
    'RUN=novaspec-history-$$',
    "SERVERS=''",
    "VOLUMES=''",
  ];
}
