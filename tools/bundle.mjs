// Makes the few files of dist/ of the compiled modules of build/: a command that loads hundreds of small files pays for
// each of them at every start. What others start or import keeps its place and its name; dependencies stay outside.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const compiled = fileURLToPath(new URL('../build/', import.meta.url));
const suites = readdirSync(`${compiled}suites`).filter(name => name.endsWith('.spec.js'));
const entries = [
  'src/cli/main.js',
  'src/cli/prove-worker.js',
  'cloud/cloud.js',
  ...suites.map(name => `suites/${name}`),
];

await build({
  configFile: false,
  root: compiled,
  logLevel: 'warn',
  build: {
    outDir: fileURLToPath(new URL('../dist', import.meta.url)),
    emptyOutDir: false,
    ssr: true,
    target: 'node20',
    // Stack traces are read by people.
    minify: false,
    rolldownOptions: {
      input: Object.fromEntries(entries.map(entry => [entry.replace(/\.js$/, ''), compiled + entry])),
      output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name].js' },
    },
  },
});
