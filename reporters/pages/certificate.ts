import type { ConcludedSkip } from '../../src/attest/conclusion.ts';
import type { Profile } from '../../src/attest/profile.ts';
import type { AttestedRun, Predicate, ToolDescriptor } from '../../src/attest/statement.ts';
import { groupBy } from '../../src/report/group-by.ts';
import { escapeXml } from '../xml.ts';
import { stylesheet } from './stylesheet.ts';

const results = {
  PASSED: { tone: 'pass', sentence: 'All that the profile judges was kept, in every run.' },
  WARNED: {
    tone: 'waived',
    sentence: 'The published contract was kept in every run; what every known Nova does beyond it was not.',
  },
  FAILED: {
    tone: 'fail',
    sentence: 'This is no certificate of conformance: something that decides was broken or not judged.',
  },
} as const;

/** The certificate for people: one page without scripts, for screens and for A4. It is told from the attestation alone. */
export function renderCertificate(predicate: Predicate, profile: Profile, keyId: string): string {
  const { result, configuration, novaspec } = predicate;
  const [, tool, target] = configuration;
  const { product, compute, volume, microversions } = target.annotations;
  const { tone, sentence } = results[result];
  const name = product ?? target.name;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(`${result}: ${name}, ${profile.name}`)}</title>
<style>
${stylesheet('theme').trim()}
${stylesheet('certificate').trim()}
</style>
</head>
<body>
<main>
<header>
<p class="kind">novaspec: conformance of the volume attachments API</p>
<h1>${text(name)}</h1>
<p class="result ${tone}"><strong>${result}</strong> ${sentence}</p>
${profile.published ? '' : '<p class="result error"><strong>TRIAL</strong> The profile is not one that novaspec publishes: this certifies nothing to others.</p>\n'}</header>
${facts('What was judged', [
  ['Target', target.name],
  ['Compute', compute],
  ['Volumes', volume ?? 'none'],
  ['Microversions', `${microversions.min} to ${microversions.max}`],
  ['Profile', `${profile.title} (${profile.name})`],
  ['Digest of the profile', profile.digest],
  ['When', `${clock(novaspec.startedAt)} to ${clock(novaspec.finishedAt ?? '')}`],
  ['With', toolText(tool.annotations)],
  ['Signed with the key', keyId],
])}
${basis(predicate)}
${failures(predicate)}
${skips(novaspec.runs)}
<section>
<h2>How to verify it</h2>
<p>This page is for people and proves nothing. The proof is <code>attestation.dsse.json</code> beside it, which is signed and names
every file of its folder by digest. With the folder and the public key of whoever certified, from a source that you trust:</p>
<pre>npx novaspec@${text(tool.annotations.version)} verify FOLDER --pub KEY.pub</pre>
<p>The key is the right one when it is named as above: SHA-256 of the public key (SPKI, DER), as <code>openssl pkey -pubin -in KEY.pub -outform DER | sha256sum</code> prints it.</p>
</section>
</main>
</body>
</html>
`;
}

function toolText({ version, node, system }: ToolDescriptor['annotations']): string {
  return `novaspec ${version}, Node ${node}, ${Object.values(system).join(' ')}`;
}

function basis({ passedTests, warnedTests, failedTests, novaspec }: Predicate): string {
  const { runs, unjudgedTests } = novaspec;
  const rows = runs.map(run => {
    const { folder, seed, cases, failures, errors, skips, requests } = run;
    const numbers = [cases, cases - notPassed(run), failures.length, errors.length, skips.length, requests].map(
      inDigits,
    );
    return `<tr>${[folder, String(seed), ...numbers].map(cell => `<td class="number">${text(cell)}</td>`).join('')}</tr>`;
  });
  return `<section>
<h2>What it rests on</h2>
<p>${passedTests.length} rules kept, ${warnedTests.length} with warnings, ${failedTests.length} failed, ${unjudgedTests.length} not judged; in ${runs.length} ${runs.length === 1 ? 'run' : 'runs'}, each with other generated requests.</p>
<table>
<thead><tr><th>run</th><th>seed</th><th>cases</th><th>passed</th><th>failed</th><th>errors</th><th>skipped</th><th>requests</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
</section>`;
}

function notPassed({ failures, errors, skips, waivers }: AttestedRun): number {
  return failures.length + errors.length + skips.length + waivers.length;
}

function failures({ failedTests, warnedTests, novaspec }: Predicate): string {
  const { reasons, runs } = novaspec;
  if (reasons.length === 0) return '';
  const told = runs.flatMap(({ folder, failures, errors, waivers }) =>
    [...failures, ...errors, ...waivers].map(
      ({ case: id, message }) => `<li><code>${text(`${folder} ${id}`)}</code> ${text(message)}</li>`,
    ),
  );
  return `<section>
<h2>What speaks against it</h2>
<ul>
${reasons.map(reason => `<li>${text(reason)}</li>`).join('\n')}
</ul>
${ruleNames('Rules that failed', failedTests)}${ruleNames('Rules with warnings', warnedTests)}<ul>
${told.join('\n')}
</ul>
</section>`;
}

function ruleNames(title: string, rules: readonly string[]): string {
  if (rules.length === 0) return '';
  return `<p>${title}: ${rules.map(rule => `<code>${text(rule)}</code>`).join(', ')}</p>\n`;
}

/** Skips of the same reason, over all runs. */
function skips(runs: readonly AttestedRun[]): string {
  const all = runs.flatMap(run => run.skips);
  if (all.length === 0) return '<section>\n<h2>What was not judged</h2>\n<p>Nothing was skipped.</p>\n</section>';
  const groups = [...groupBy(all, ({ reason, detail, allowed }) => `${reason}\0${detail}\0${allowed}`)].map(
    ([, some]) => some,
  );
  return `<section>
<h2>What was not judged</h2>
<p>Each case is listed in the attestation; those of the same reason are one line here.</p>
<table>
<thead><tr><th>cases</th><th>of rules</th><th>why</th><th>why the profile allows it</th></tr></thead>
<tbody>
${groups.map(skipRow).join('\n')}
</tbody>
</table>
</section>`;
}

function skipRow(some: readonly [ConcludedSkip, ...ConcludedSkip[]]): string {
  const [{ reason, detail, allowed }] = some;
  const rules = [...new Set(some.map(({ case: id }) => id.replace(/[[@].*$/, '')))];
  const cells = [
    inDigits(some.length),
    rules.map(rule => `<code>${text(rule)}</code>`).join(', '),
    text(`${reason}: ${detail}`),
    allowed === null ? '<strong>It does not.</strong>' : text(allowed),
  ];
  return `<tr>${cells.map((cell, index) => `<td${index === 0 ? ' class="number"' : ''}>${cell}</td>`).join('')}</tr>`;
}

function facts(title: string, rows: [string, string][]): string {
  const lines = rows.map(([name, value]) => `<dt>${name}</dt><dd>${text(value)}</dd>`);
  return `<section>\n<h2>${title}</h2>\n<dl>\n${lines.join('\n')}\n</dl>\n</section>`;
}

function inDigits(number: number): string {
  // Not by the machine's locale: the page must be the same wherever it is made again.
  return String(number).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** A time without what nobody reads. */
function clock(time: string): string {
  return time.replace(/\.\d+Z$/, 'Z');
}

function text(value: string): string {
  return escapeXml(value, 'text');
}
