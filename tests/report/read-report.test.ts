import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { renderJson } from '../../reporters/json.ts';
import type { Report } from '../../src/report/model.ts';
import { readReport } from '../../src/report/read-report.ts';
import { makeReport } from './make-report.ts';

const folder = mkdtempSync(join(tmpdir(), 'novaspec-read-'));

afterAll(() => rmSync(folder, { recursive: true }));

function read(report: Report, unfinished: 'accepted' | 'refused') {
  writeFileSync(join(folder, 'report.json'), JSON.stringify(renderJson(report)));
  return readReport(folder, { unfinished });
}

describe('an unfinished run is only read for whoever wants it', () => {
  test.each([
    ['interrupted', makeReport({ complete: false })],
    ['still going on', makeReport({ finishedAt: null, exitCode: null })],
  ])('%s', (_, report) => {
    expect(() => read(report, 'refused')).toThrow(
      `${join(folder, 'report.json')}: is the report of a run that did not come to its end`,
    );
    expect(read(report, 'accepted').report.runId).toBe('run1');
  });

  test('a finished one is read for everybody', () => {
    expect(read(makeReport(), 'refused')).toMatchObject({ file: join(folder, 'report.json'), report: { lost: [] } });
  });
});

test('a report from before files were told lost is read too', () => {
  const { lost: _, ...older } = renderJson(makeReport());
  writeFileSync(join(folder, 'older.json'), JSON.stringify(older));
  expect(readReport(join(folder, 'older.json'), { unfinished: 'refused' }).report.verdict).toBe('incomplete');
});
