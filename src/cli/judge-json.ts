import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { Contract } from '../contract/contract.ts';
import type { TrafficSummary } from '../traffic/summary.ts';
import type { TrafficVerdict } from '../traffic/verdict.ts';
import type { Recording } from './judge-text.ts';

/** Writes the verdicts one after the other, so that none need be held. */
export interface TrafficWriter {
  exchange(verdict: TrafficVerdict): Promise<void>;
  end(summary: TrafficSummary, recordings: readonly Recording[], exitCode: number): Promise<void>;
}

/** One JSON object: `exchanges`, a line each, and behind them what they come to. */
export function judgeJson(contract: Contract, output: Writable): TrafficWriter {
  let first = true;
  const write = async (text: string) => {
    if (output.destroyed || output.write(text)) return;
    // Whoever has read enough closes the pipe, which is no error.
    await Promise.race([once(output, 'drain'), once(output, 'close')]).catch(() => undefined);
  };
  return {
    async exchange(verdict) {
      await write(`${first ? '{"exchanges":[\n' : ',\n'}${JSON.stringify(verdict)}`);
      first = false;
    },
    async end(summary, recordings, exitCode) {
      const { entries, foreign, total, unjudged } = summary;
      const rest = {
        recordings,
        entries,
        foreign: Object.fromEntries(foreign),
        verdicts: total,
        unjudged: Object.fromEntries(unjudged),
        counts: Object.fromEntries(
          [...summary.counts].map(([operation, counts]) => [operation, Object.fromEntries(counts)]),
        ),
        rules: summary.rules(contract),
        exitCode,
      };
      await write(`${first ? '{"exchanges":[' : ''}\n],${JSON.stringify(rest).slice(1)}\n`);
    },
  };
}
