import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CaseResult } from '../judge/verdict.ts';
import { packageVersion } from '../root.ts';
import { isMapping } from '../target/json.ts';
import type { Report } from './model.ts';
import { printableLine } from './printable.ts';

/** The file in the folder of a shard that `novaspec merge` reads; all that reporters need, for the same version of novaspec. */
export const shardName = 'shard.json';

const urn = 'urn:novaspec:shard:1';

/** A report for `novaspec merge`. */
export function renderShard(report: Report): string {
  return `${JSON.stringify({ schema: urn, version: packageVersion, report: { ...report, results: [...report.results.values()] } })}\n`;
}

/** Reads the report of a shard from the folder of its run. @throws Error with one line that says what is wrong */
export function readShard(folder: string): Report & { shard: NonNullable<Report['shard']> } {
  const file = join(folder, shardName);
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ENOTDIR') {
      throw new Error(`${folder}: holds no ${shardName}: is it the folder of a run with --shard?`, { cause: error });
    }
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(printableLine(`${file}: cannot be read: ${why}`), { cause: error });
  }
  if (!isMapping(content) || content.schema !== urn || !isMapping(content.report)) {
    throw new Error(`${file}: is no shard of novaspec`);
  }
  if (content.version !== packageVersion) {
    throw new Error(`${file}: was written by novaspec ${String(content.version)}; this is ${packageVersion}`);
  }
  const stored = content.report as unknown as Omit<Report, 'results'> & { results: CaseResult[] };
  const { shard } = stored;
  if (shard === null) throw new Error(`${file}: is no shard of novaspec`);
  return { ...stored, shard, results: new Map(stored.results.map(result => [result.id, result])) };
}
