import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import { countLabel } from '../src/report/count-label.ts';
import type { Matrix, MatrixCell, MatrixFamily, MatrixRow, MatrixRun } from '../src/report/matrix.ts';
import { plural } from '../src/report/plural.ts';
import { printableLine } from '../src/report/printable.ts';
import { stylesheet } from './pages/stylesheet.ts';
import { countsPhrase } from './terminal/counts-phrase.ts';
import { paintBox } from './terminal/paint.ts';

const plain = paintBox(false);

const words: Record<MatrixCell['groups'][number]['verdict'], string> = {
  pass: 'passed',
  fail: 'failed',
  error: 'could not be judged',
  waived: 'waived',
  skipped: 'skipped',
  unjudged: 'open',
};

/** The matrix as one page that needs nothing else: no script, no other file, no network. */
export function renderMatrixHtml(matrix: Matrix): string {
  const { runs, families } = matrix;
  const severalPlans = new Set(runs.map(({ plan }) => plan)).size > 1;
  const title = `${plural(runs.length, 'run')} of novaspec`;
  // Nothing on the page has to be waited for.
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>
${raw(stylesheet('theme') + stylesheet('matrix'))}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${runsTable(runs, severalPlans)}
<p>A cell says how many cases of a rule passed (<span class="pass">ok 12</span>), failed (<span class="fail">FAIL 3/12</span>), could not be judged (<span class="error">ERROR 3/12</span>), were never come to (<span class="unjudged">open 3/12</span>), were waived (<span class="waived">waived 3/12</span>) or were skipped (<span class="skipped">skip 12</span>); <span class="none">-</span>: the run had no case of it. Open a cell for its cases.</p>
${families.map(family => familySection(family, runs, severalPlans))}
</main>
</body>
</html>` as HtmlEscapedString;
  return `${page.toString()}\n`;
}

function runsTable(runs: readonly MatrixRun[], severalPlans: boolean) {
  const note = severalPlans ? ' Runs with different plans had other cases, or skipped others.' : '';
  return html`<div class="wide"><table>
<caption>The runs.${note}</caption>
<thead><tr><th scope="col">run</th><th scope="col">target</th><th scope="col">microversions</th><th scope="col">date</th><th scope="col">tool</th><th scope="col">plan</th><th scope="col">verdict</th><th scope="col">cases</th><th scope="col">report</th></tr></thead>
<tbody>
${runs.map(
  ({ target, microversions, startedAt, tool, plan, verdict, complete, counts, file }, at) =>
    html`<tr><th scope="row">${at + 1}</th><td>${printableLine(target)}</td><td>${microversions === null ? '-' : `${microversions.min} to ${microversions.max}`}</td><td>${startedAt.slice(0, 16).replace('T', ' ')}</td><td>${tool.name} ${tool.version}</td><td>${plan}</td><td class="${stateOf(verdict)}">${verdict}${complete ? '' : ', did not come to its end'}</td><td>${countsPhrase(counts, plain)}</td><td><code>${printableLine(file)}</code></td></tr>
`,
)}</tbody>
</table></div>`;
}

function familySection({ family, totals, failing, others }: MatrixFamily, runs: readonly MatrixRun[], marked: boolean) {
  const rest = plural(others.length, 'rule');
  return html`<h2>${family}</h2>
<p>${totals.map((each, at) => html`${at === 0 ? '' : ', '}${at + 1} <span class="${countLabel(each).state}">${countLabel(each).text}</span>`)}</p>
${failing.length === 0 ? '' : rulesTable(`${family}: ${plural(failing.length, 'rule')} that some run breaks or could not judge`, failing, runs, marked)}
${
  others.length === 0
    ? ''
    : html`<details><summary>${failing.length === 0 ? `${rest}, none of which fails` : `${rest} more, none of which fails`}</summary>
${rulesTable(`${family}: ${rest} that no run breaks`, others, runs, marked)}
</details>`
}
`;
}

function rulesTable(caption: string, rows: readonly MatrixRow[], runs: readonly MatrixRun[], marked: boolean) {
  return html`<div class="wide"><table>
<caption>${caption}</caption>
<thead><tr><th scope="col">rule</th>${runs.map((run, at) => columnHead(run, at, marked))}</tr></thead>
<tbody>
${rows.map(
  ({ rule, sentence, level, cells }) =>
    html`<tr><th scope="row"><code>${rule}</code> (${level})<p>${printableLine(sentence)}</p></th>${cells.map(cell => cellHtml(rule, cell))}</tr>
`,
)}</tbody>
</table></div>`;
}

function columnHead(
  { target, microversions, startedAt, tool, plan, complete }: MatrixRun,
  at: number,
  marked: boolean,
) {
  return html`<th scope="col">${at + 1} ${printableLine(target)}<span class="mark">${microversions === null ? '' : `${microversions.max}, `}${startedAt.slice(0, 10)}, ${tool.version}</span>${marked ? html`<span class="mark">plan ${plan}</span>` : ''}${complete ? '' : html`<span class="mark">did not come to its end</span>`}</th>`;
}

function cellHtml(rule: string, cell: MatrixCell | null) {
  const { state, text } = countLabel(cell?.counts);
  if (cell === null) return html`<td class="${state}">${text}</td>`;
  const groups = cell.groups.map(({ verdict, cause, cases }) => {
    const ids = cases.map(id => printableLine(id.startsWith(rule) ? id.slice(rule.length) : id)).join(' ');
    return html`<p>${words[verdict]}: <code>${ids}</code>${cause === '' ? '' : `: ${cause}`}</p>`;
  });
  return html`<td class="${state}"><details><summary>${text}</summary>${groups}</details></td>`;
}

function stateOf(verdict: MatrixRun['verdict']): string {
  if (verdict === 'conforming') return 'pass';
  return verdict === 'not conforming' ? 'fail' : 'unjudged';
}
