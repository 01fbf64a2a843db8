import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadContract } from '../../src/contract/load.ts';
import { packageRoot } from '../../src/root.ts';
import { applyAction } from './apply-action.ts';
import { baseDocument, overlays } from './sources.ts';

const contract = loadContract();

test('each file of the folder is the base document, an overlay, the list of sentences, or about what comes after an answer or was recorded', () => {
  const files = readdirSync(join(packageRoot, 'specs', 'os-volume_attachments')).toSorted();
  expect(files).toEqual(
    [
      'async.yaml',
      'histories.yaml',
      'sentences.yaml',
      'traffic.yaml',
      'v2.1.yaml',
      ...overlays().map(({ file }) => file),
    ].toSorted(),
  );
});

test('the resolved documents are what the overlays say, one after the other', () => {
  const document = baseDocument();
  expect(contract.documentAt('2.1')).toEqual(document);
  for (const { from, content } of overlays()) {
    for (const action of content.actions) applyAction(document, action);
    expect(contract.documentAt(from), from).toEqual(document);
  }
});

describe.each(overlays())('$file', ({ from, content }) => {
  test('names its microversion', () => {
    expect(content.overlay).toBe('1.0.0');
    expect(content.info.version).toBe(from);
    expect(content.info.title).not.toBe('');
  });

  test('changes something with each of its actions', () => {
    const document = structuredClone(contract.data.fragments[indexOf(from) - 1]?.document);
    for (const action of content.actions) {
      const before = structuredClone(document);
      expect(applyAction(document, action), action.target).toBeGreaterThan(0);
      expect(document, action.target).not.toEqual(before);
    }
  });

  test('changes more than the number of the microversion', () => {
    const [before, after] = [indexOf(from) - 1, indexOf(from)].map(index => {
      const { info, ...rest } = contract.data.fragments[index]?.document ?? { info: { title: '', version: '' } };
      return { ...rest, info: { ...info, version: '' } };
    });
    expect(after).not.toEqual(before);
  });
});

function indexOf(from: string): number {
  return contract.data.fragments.findIndex(fragment => fragment.from === from);
}
