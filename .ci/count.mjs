// Prints the one line that closes a CI run: `N passed, N failed`, read from vitest's own last summary.
import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

const log = stripVTControlCharacters(readFileSync(process.argv[2], 'utf8'));
const summary = [...log.matchAll(/^\s*Tests\s+(.*)$/gm)].at(-1)?.[1] ?? '';
const count = word => Number(new RegExp(`(\\d+) ${word}`).exec(summary)?.[1] ?? 0);
const skipped = count('skipped');
console.log(`${count('passed')} passed, ${count('failed')} failed${skipped ? `, ${skipped} skipped` : ''}`);
