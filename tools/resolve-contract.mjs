// Applies the overlays of specs/ to the base document and writes dist/contract.json, which the package reads at run time.
// Done once, at build time, so that no run pays for the overlay engine (docs/decisions/002-overlays.md).
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle, createConfig } from '@redocly/openapi-core';
import { parse } from 'yaml';
// Compiled just before, so that the tool and the package agree on what the sources are.
import { sourcesDigest } from '../build/src/contract/sources.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const specs = join(root, 'specs', 'os-volume_attachments');
const fixtures = join(root, 'fixtures', 'os-volumes');

/** Orders `2.9 < 2.20 < 2.101`. */
const byMinor = (a, b) => Number(a.from.split('.')[1] ?? 0) - Number(b.from.split('.')[1] ?? 0);

async function resolveFragments() {
  const files = (await readdir(specs)).flatMap(file => {
    const from = /^v(\d+\.\d+)\.yaml$/.exec(file)?.[1];
    return from ? [{ from, file }] : [];
  });
  files.sort(byMinor);
  const [base, ...overlays] = files.map(({ file }) => join(specs, file));
  const config = await createConfig({});
  return Promise.all(
    files.map(async ({ from, file }, index) => {
      const { bundle: bundled, problems } = await bundle({ ref: base, overlays: overlays.slice(0, index), config });
      for (const { message } of problems) throw new Error(`specs/os-volume_attachments/${file}: ${message}`);
      return { from, file, document: bundled.parsed };
    }),
  );
}

async function readSamples(folder) {
  const files = (await readdir(folder)).filter(file => file.endsWith('.json'));
  return Object.fromEntries(
    await Promise.all(
      files.map(async file => [file.slice(0, -'.json'.length), JSON.parse(await readFile(join(folder, file), 'utf8'))]),
    ),
  );
}

async function resolveSamples(base) {
  const folders = (await readdir(fixtures, { withFileTypes: true })).flatMap(entry => {
    const from = /^v(\d+\.\d+)$/.exec(entry.name)?.[1];
    return entry.isDirectory() && from ? [{ from, folder: join(fixtures, entry.name) }] : [];
  });
  folders.unshift({ from: base, folder: fixtures });
  const samples = folders.map(async ({ from, folder }) => ({ from, byName: await readSamples(folder) }));
  return (await Promise.all(samples)).toSorted(byMinor);
}

const fragments = await resolveFragments();
const contract = {
  sources: sourcesDigest(root),
  fragments,
  sentences: parse(await readFile(join(specs, 'sentences.yaml'), 'utf8')).sentences,
  async: parse(await readFile(join(specs, 'async.yaml'), 'utf8')),
  histories: parse(await readFile(join(specs, 'histories.yaml'), 'utf8')),
  traffic: parse(await readFile(join(specs, 'traffic.yaml'), 'utf8')),
  stage: parse(await readFile(join(root, 'specs', 'stage.yaml'), 'utf8')),
  samples: await resolveSamples(fragments[0].from),
};
await writeFile(join(root, 'dist', 'contract.json'), JSON.stringify(contract));
