import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { HarEntry } from '../../src/evidence/har.ts';
import { readHar } from '../../src/evidence/read-har.ts';
import { temporaryFolder } from '../cli/command.ts';

/** A file of this content. */
function file(content: unknown): string {
  const path = join(temporaryFolder(), 'some.har');
  writeFileSync(path, JSON.stringify(content));
  return path;
}

test('what stands before and behind the entries is there once they are read, with fields of the recorder', async () => {
  const entries = [
    { pageref: 'a', _ours: { case: 'x' } },
    { pageref: 'b', request: { method: 'GET', _id: 7 } },
  ];
  const before = { id: 'a', title: 'first', _digest: 'abc' };
  for (const log of [
    { version: '1.2', creator: { name: 'we' }, pages: [before], entries },
    { entries, pages: [before], creator: { name: 'we' }, version: '1.2' },
  ]) {
    const har = readHar(file({ log }));
    const read: HarEntry[] = [];
    for await (const entry of har.entries) read.push(entry);
    expect(read).toMatchObject(entries);
    expect(har.pages).toEqual([before]);
    expect(har.creator).toEqual({ name: 'we' });
    expect(har.version).toBe('1.2');
  }
});

test('what has another type than it should is taken away', async () => {
  const [entry] = await all(
    file({
      log: { version: '1.1', entries: [{ time: 'x', request: { url: 1, headers: [{ name: 'A', value: 2 }] } }] },
    }),
  );
  expect(entry).toEqual({ request: { headers: [{ name: 'A', value: '2' }] } });
});

test('a reader may stop early', async () => {
  const har = readHar(file({ log: { version: '1.2', entries: [{ comment: '1' }, { comment: '2' }] } }));
  for await (const { comment } of har.entries) {
    expect(comment).toBe('1');
    break;
  }
});

async function all(path: string): Promise<HarEntry[]> {
  const entries: HarEntry[] = [];
  for await (const entry of readHar(path).entries) entries.push(entry);
  return entries;
}
