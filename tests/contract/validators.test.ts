import { compileErrors, validate } from '@readme/openapi-parser';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { describe, expect, test } from 'vitest';
import { loadContract } from '../../src/contract/load.ts';
import { overlays } from './sources.ts';

const { fragments } = loadContract().data;

/** What Redocly says about a document against the specification that it names. */
async function problemsOf(document: unknown): Promise<unknown[]> {
  const config = await createConfig({ extends: ['spec'] });
  const problems = await lintFromString({ source: JSON.stringify(document), absoluteRef: 'document.json', config });
  return problems.map(({ message, location }) => [message, location[0]?.pointer]);
}

describe.each(fragments)('the document of $from', ({ document }) => {
  test('is valid OpenAPI for Redocly', async () => {
    expect(await problemsOf(document)).toEqual([]);
  });

  test('is valid OpenAPI for ReadMe', async () => {
    const result = await validate(structuredClone(document) as Parameters<typeof validate>[0]);
    expect(result.valid ? '' : compileErrors(result)).toBe('');
  });
});

test.each(overlays())('$file is a valid Overlay document', async ({ content }) => {
  expect(await problemsOf(content)).toEqual([]);
});

test('what is not valid is told', async () => {
  const [first] = fragments;
  expect(await problemsOf({ ...first?.document, info: {} })).not.toEqual([]);
  const [overlay] = overlays();
  expect(await problemsOf({ ...overlay?.content, actions: [{ target: '$', update: 1, delete: true }] })).not.toEqual(
    [],
  );
});
