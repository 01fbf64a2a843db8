import { resolve } from 'node:path';
import { Command } from 'commander';
import pc from 'picocolors';
import { renderMatrixHtml } from '../../reporters/matrix-html.ts';
import { matrixLines } from '../../reporters/matrix-terminal.ts';
import { paintBox } from '../../reporters/terminal/paint.ts';
import { writeWhole } from '../../reporters/write-whole.ts';
import { exitCodes } from '../report/exit-code.ts';
import { type Matrix, matrixOf } from '../report/matrix.ts';
import { readReport } from '../report/read-report.ts';
import { asUsage, UsageError } from './usage-error.ts';

interface MatrixOptions {
  json?: boolean;
  out?: string;
  verbose?: boolean;
}

/** `novaspec matrix`: runs of several clouds or releases beside each other. */
export function matrixCommand(): Command {
  return new Command('matrix')
    .description('show runs beside each other: clouds or releases across, rules down')
    .argument('<runs...>', 'folders of runs, or their report.json')
    .option('--json', 'as JSON')
    .option('--out <file>', 'write a page for a browser there, which needs nothing else')
    .option('--verbose', 'every rule, not only those that fail somewhere')
    .action(async (places: string[], options: MatrixOptions) => {
      const matrix = asUsage(() => matrixOf(places.map(each => readReport(each, { unfinished: 'accepted' }))));
      if (options.out !== undefined) await writePage(matrix, options.out);
      process.stdout.write(textOf(matrix, options));
      process.exitCode = exitCodes.conforming;
    });
}

function textOf(matrix: Matrix, { json, out, verbose }: MatrixOptions): string {
  if (json) return `${JSON.stringify({ schema: 'urn:novaspec:matrix:1', ...matrix }, null, 2)}\n`;
  const lines = matrixLines(matrix, {
    columns: process.stdout.columns ?? 100,
    paint: paintBox(pc.isColorSupported),
    verbose: verbose === true,
  });
  return [...lines, ...(out === undefined ? [] : ['', `Page: ${out}`])].map(line => `${line}\n`).join('');
}

/** @throws UsageError */
async function writePage(matrix: Matrix, out: string): Promise<void> {
  const page = { path: resolve(out), label: out, content: renderMatrixHtml(matrix), executable: false };
  const [lost] = await writeWhole([page]);
  if (lost) throw new UsageError(`--out: ${lost.file} cannot be written: ${lost.why}`);
}
