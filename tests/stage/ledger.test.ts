import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Ledger, type Resource } from '../../src/stage/ledger.ts';

let folder: string;
let ledger: Ledger;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'novaspec-ledger-'));
  ledger = new Ledger(join(folder, 'ledger.jsonl'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const server: Resource = { kind: 'server', name: 'novaspec-1-server-a', persona: 'member' };
const volume: Resource = { kind: 'volume', name: 'novaspec-1-volume-b', persona: 'other' };

test('a file that is not there yet is an empty ledger', () => {
  expect(ledger.open()).toEqual([]);
  expect(ledger.count()).toEqual({ created: 0, removed: 0 });
});

test('each event is a line of JSON on the disk when the call returns', () => {
  ledger.creating(server);
  expect(readFileSync(ledger.file, 'utf8')).toBe(`${JSON.stringify({ event: 'creating', ...server })}\n`);
  ledger.created({ ...server, id: '1' });
  expect(readFileSync(ledger.file, 'utf8').trim().split('\n')).toHaveLength(2);
});

test('what was begun is open, with its id as soon as it has one, until it is removed', () => {
  ledger.creating(server);
  expect(ledger.open()).toEqual([server]);
  ledger.created({ ...server, id: '1' });
  expect(ledger.open()).toEqual([{ ...server, id: '1' }]);
  ledger.creating(volume);
  expect(ledger.open()).toEqual([volume, { ...server, id: '1' }]);
  ledger.removed({ ...server, id: '1' });
  expect(ledger.open()).toEqual([volume]);
  expect(ledger.count()).toEqual({ created: 2, removed: 1 });
});

test('another process reads the same', () => {
  ledger.creating(server);
  ledger.created({ ...server, id: '1' });
  expect(new Ledger(ledger.file).open()).toEqual(ledger.open());
});

test('volumes that the user lent are known, but not the run’s to remove', () => {
  ledger.borrowing('mine');
  ledger.creating(server);
  expect(ledger.borrowed()).toEqual(new Set(['mine']));
  expect(ledger.open()).toEqual([server]);
  expect(ledger.count()).toEqual({ created: 1, removed: 0 });
});

test('a last line that a kill cut short does not count', () => {
  ledger.created({ ...server, id: '1' });
  const whole = `${JSON.stringify({ event: 'creating', ...volume })}\n`;
  const before = readFileSync(ledger.file, 'utf8');
  for (let length = 1; length < whole.length - 1; length += 1) {
    rmSync(ledger.file);
    appendFileSync(ledger.file, before + whole.slice(0, length));
    expect(ledger.open(), whole.slice(0, length)).toEqual([{ ...server, id: '1' }]);
  }
});

test('after a cut line the ledger goes on', () => {
  ledger.created({ ...server, id: '1' });
  appendFileSync(ledger.file, '{"event":"creating","kind":"vol');
  ledger.removed({ ...server, id: '1' });
  expect(ledger.open()).toEqual([]);
});
