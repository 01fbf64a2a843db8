import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeReports } from '../../reporters/write-reports.ts';
import { reportOutputs } from '../../src/cli/report-outputs.ts';
import type { Report } from '../../src/report/model.ts';
import { makeHistory, makeHistoryCase, makeHistoryFailure, makeRecipes } from '../report/make-history.ts';
import { makeCase, makeFailure, makeReport, makeResult, makeRun } from '../report/make-report.ts';

const planned = makeCase();
const passed = () => makeRun([[planned, makeResult(planned.id)]]);

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'novaspec-reports-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function write(report: Report): Promise<void> {
  await writeReports(report, folder, await reportOutputs(undefined, folder, {}));
}

async function reportJson(): Promise<unknown> {
  return JSON.parse(await readFile(join(folder, 'report.json'), 'utf8'));
}

const allFiles = ['ctrf.json', 'junit.xml', 'report.html', 'report.json', 'report.md', 'results.tap'];

test('writes the reports, and nothing else', async () => {
  const report = passed();
  await write(report);
  expect((await readdir(folder)).toSorted()).toEqual(allFiles);
  expect(await reportJson()).toMatchObject({ schema: 'urn:novaspec:report:1', lost: [], exitCode: 0 });
  expect(report.lost).toEqual([]);
});

test('writes a failed history as data and as a script that can be started', async () => {
  const failed = makeHistoryCase();
  const history = makeHistory({ failure: makeHistoryFailure() });
  const { target } = makeReport();
  await write(
    makeRun([[failed, makeFailure(failed.id, { history })]], {
      recipes: makeRecipes(),
      target: target && { ...target, volume: 'http://127.0.0.1:8776/v3/demo' },
    }),
  );
  const name = join(folder, 'histories', 'history.settled-1-@2.101');
  expect((await readdir(join(folder, 'histories'))).toSorted()).toEqual([
    'history.settled-1-@2.101.json',
    'history.settled-1-@2.101.sh',
  ]);
  expect(JSON.parse(await readFile(`${name}.json`, 'utf8'))).toMatchObject({ case: failed.id });
  expect((await stat(`${name}.sh`)).mode & 0o111).not.toBe(0);
});

test('replaces the reports of an earlier run', async () => {
  await write(makeReport({ exitCode: 1 }));
  await write(makeReport({ exitCode: 4 }));
  expect(await reportJson()).toMatchObject({ exitCode: 4 });
  expect(await readdir(folder)).toHaveLength(allFiles.length);
});

test('a file that cannot be written keeps no other from it, and all of them say so', async () => {
  const report = passed();
  const outputs = await reportOutputs(undefined, folder, {});
  await mkdir(join(folder, 'junit.xml', 'full'), { recursive: true });
  await writeReports(report, folder, outputs);
  expect(report).toMatchObject({ exitCode: 4, lost: [{ file: 'junit.xml', why: expect.stringMatching(/^[a-z ]+$/) }] });
  expect((await readdir(folder)).toSorted()).toEqual(allFiles);
  expect(await reportJson()).toMatchObject({ exitCode: 4, verdict: 'incomplete', lost: report.lost });
  for (const name of ['ctrf.json', 'report.md', 'results.tap']) {
    expect(await readFile(join(folder, name), 'utf8'), name).toMatch(/lost:? `?junit\.xml: /i);
  }
});

test('nothing stays where a file is lost: no half of it, and no older one', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  const outputs = await reportOutputs([{ format: 'tap', place: join(folder, 'below', 'results.tap') }], folder, {});
  await writeReports(passed(), folder, outputs);
  await rm(join(folder, 'below'), { recursive: true });
  await writeFile(join(folder, 'below'), '');
  const report = makeRun([[planned, makeFailure(planned.id)]], { exitCode: 1 });
  await writeReports(report, folder, outputs);
  expect(report).toMatchObject({ exitCode: 1, lost: [{ file: join(folder, 'below', 'results.tap') }] });
  expect(await reportJson()).toMatchObject({ exitCode: 1, verdict: 'not conforming', lost: report.lost });
  expect((await readdir(folder)).toSorted()).toEqual(['below', 'file', 'report.json']);
});
