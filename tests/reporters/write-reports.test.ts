import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeReports } from '../../reporters/write-reports.ts';
import { makeHistory, makeHistoryCase, makeHistoryFailure, makeRecipes } from '../report/make-history.ts';
import { makeFailure, makeReport, makeRun } from '../report/make-report.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'novaspec-reports-'));
});

afterEach(() => rm(folder, { recursive: true }));

test('writes the reports, and nothing else, into a folder that it makes', async () => {
  const run = join(folder, 'runs', '1');
  const paths = await writeReports(makeReport(), run);
  expect(paths).toEqual([join(run, 'report.json'), join(run, 'junit.xml')]);
  expect((await readdir(run)).toSorted()).toEqual(['junit.xml', 'report.json']);
  expect(JSON.parse(await readFile(join(run, 'report.json'), 'utf8'))).toMatchObject({
    schema: 'urn:novaspec:report:1',
  });
});

test('writes a failed history as data and as a script that can be started', async () => {
  const failed = makeHistoryCase();
  const history = makeHistory({ failure: makeHistoryFailure() });
  const { target } = makeReport();
  await writeReports(
    makeRun([[failed, makeFailure(failed.id, { history })]], {
      recipes: makeRecipes(),
      target: target && { ...target, volume: 'http://127.0.0.1:8776/v3/demo' },
    }),
    folder,
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
  await writeReports(makeReport({ exitCode: 1 }), folder);
  await writeReports(makeReport({ exitCode: 4 }), folder);
  expect(JSON.parse(await readFile(join(folder, 'report.json'), 'utf8'))).toMatchObject({ exitCode: 4 });
  expect(await readdir(folder)).toHaveLength(2);
});

test('leaves no half report behind', async () => {
  await mkdir(join(folder, 'report.json'));
  await expect(writeReports(makeReport(), folder)).rejects.toThrow('the reports cannot be written');
  expect(await readdir(folder)).toEqual(['report.json']);
});

test('says which folder cannot be written, and why', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  await expect(writeReports(makeReport(), join(file, 'run'))).rejects.toThrow(
    new RegExp(`^the reports cannot be written into ${join(file, 'run')}: ENOTDIR.*; choose a folder`),
  );
});
