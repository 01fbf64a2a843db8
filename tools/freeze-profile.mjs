// Writes what each profile of profiles/ is frozen to, and its digest, into its file; all else stays as it was.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { freeze } from '../build/src/attest/frozen.js';
import { profileDigest } from '../build/src/attest/profile.js';
import { loadContract } from '../build/src/contract/load.js';

const folder = fileURLToPath(new URL('../profiles/', import.meta.url));
const contract = loadContract();
for (const file of readdirSync(folder).filter(name => name.endsWith('.yaml'))) {
  const text = readFileSync(folder + file, 'utf8');
  const data = parse(text);
  const frozen = freeze(contract, data);
  const digest = profileDigest(data, frozen);
  // Only these two lines: the file is written by people, and read by them.
  const lines = { frozen: stringify({ frozen }), digest: stringify({ digest }) };
  const known = text.replaceAll(/^(frozen|digest):.*\n(?: .*\n)*/gm, (_, key) => lines[key]);
  writeFileSync(folder + file, known);
  process.stdout.write(`${data.name}: ${frozen.cases} cases of ${frozen.rules} rules, digest ${digest}\n`);
}
