import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { countVerdicts } from '../src/report/counts.ts';
import type { Report } from '../src/report/model.ts';
import { plural } from '../src/report/plural.ts';
import { printableLine } from '../src/report/printable.ts';
import { verdictWord } from '../src/report/verdict-word.ts';
import { packageRoot } from '../src/root.ts';
import { encodeReport } from './html/encode.ts';
import { escapeXml } from './xml.ts';

/** A file is written in pieces of about so many characters: one system call for each case would be slow. */
const pieceLength = 1 << 16;

/**
 * The run as one page that needs nothing else, in pieces. Its policy lets nothing run but its own script, and nothing be
 * loaded from anywhere.
 * @throws Error when the package was not built, as the script and the style of the page are made by the build.
 */
export function* renderHtml(report: Report): Generator<string> {
  let piece = '';
  for (const part of partsOf(report)) {
    piece += part;
    if (piece.length < pieceLength) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

function* partsOf(report: Report): Generator<string> {
  const { script, style, licences } = bundle();
  const policy = [
    "default-src 'none'",
    `script-src '${digestOf(script)}'`,
    `style-src '${digestOf(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const counts = countVerdicts(report.cases, report.results);
  const word = verdictWord(report, counts);
  const name = printableLine(report.target?.name ?? 'no target');
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="generator" content="${escapeXml(`${report.tool.name} ${report.tool.version}`, 'attribute')}">
<title>${escapeXml(`${word}: ${name} - novaspec`, 'text')}</title>
<!--
${licences.replaceAll('--', '- -')}
-->
<style>${style}</style>
</head>
<body>
<div id="page"><p>${escapeXml(`${word}: ${counts.pass} of ${plural(counts.total, 'case')} passed, ${counts.fail} failed.`, 'text')}</p>
<noscript><p>The whole page needs JavaScript. report.json and junit.xml beside it hold the same results.</p></noscript></div>
<script type="application/json" id="data">`;
  // Nothing in a text can end the element that it stands in.
  for (const part of encodeReport(report)) yield part.replaceAll('<', '\\u003c');
  yield `</script>\n<script>${script}</script>\n</body>\n</html>\n`;
}

function digestOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function read(name: string): string {
  return readFileSync(join(packageRoot, 'dist/reporters/html/page', name), 'utf8');
}

function bundle(): { script: string; style: string; licences: string } {
  return {
    // In a string these two would change how the rest of the page is read.
    script: read('page.js').replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--'),
    style: read('page.css'),
    licences: read('licences.md'),
  };
}
