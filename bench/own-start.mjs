// @ts-check
// Starts the cloud of the command in argv[2] and prints the milliseconds from its first line to the first that it prints.
import { writeSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const main = process.argv[2] ?? '';
process.argv = [process.execPath, main, 'cloud'];
const start = performance.now();
process.stdout.write = () => {
  writeSync(1, String(performance.now() - start));
  process.exit(0);
};
await import(pathToFileURL(main).href);
