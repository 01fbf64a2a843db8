// Writes docs/proof.md from the proof.json of a whole proof and docs/proof-by-hand.yaml, which tells what came of the same
// faults in a real Nova.
import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';
import { proofDocument } from '../build/reporters/proof-document.js';

const root = new URL('../', import.meta.url);
const [file = 'novaspec-results/proof/proof.json'] = process.argv.slice(2);
const { target, faults } = parse(readFileSync(new URL('docs/proof-by-hand.yaml', root), 'utf8'));
const proof = JSON.parse(readFileSync(file, 'utf8'));
if (proof.problems.length > 0)
  throw new Error(`${file}: the proof does not hold: ${JSON.stringify(proof.problems, null, 1)}`);
writeFileSync(new URL('docs/proof.md', root), proofDocument(proof, { target, faults }));
