// Makes one script and one style sheet of the page of a run, with the licences of what is in them: reporters/html.ts puts
// them into each page.
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const outDir = fileURLToPath(new URL('../dist/reporters/html/page', import.meta.url));
await build({
  configFile: false,
  root: fileURLToPath(new URL('../reporters/html/page', import.meta.url)),
  logLevel: 'warn',
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: false,
    cssCodeSplit: false,
    license: { fileName: 'licences.md' },
    rolldownOptions: {
      input: fileURLToPath(new URL('../reporters/html/page/main.tsx', import.meta.url)),
      output: { format: 'iife', entryFileNames: 'page.js', assetFileNames: 'page[extname]' },
    },
  },
});
rmSync(`${outDir}/.vite`, { recursive: true, force: true });
