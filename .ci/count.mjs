// Prints the one line that closes a CI run: `N passed, N failed`, read from the last summary of vitest in each log.
import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

const summaries = process.argv.slice(2).map(file => {
  const log = stripVTControlCharacters(readFileSync(file, 'utf8'));
  return [...log.matchAll(/^\s*Tests\s+(.*)$/gm)].at(-1)?.[1] ?? '';
});
const count = word =>
  summaries.reduce((sum, summary) => sum + Number(new RegExp(`(\\d+) ${word}`).exec(summary)?.[1] ?? 0), 0);
const skipped = count('skipped');
console.log(`${count('passed')} passed, ${count('failed')} failed${skipped ? `, ${skipped} skipped` : ''}`);
