import type { Paint } from '../../reporters/terminal/paint.ts';
import type { CheckName } from '../attest/check-list.ts';
import type { Verification } from '../attest/verification.ts';
import { packageVersion } from '../root.ts';

/** So many reasons of one check are shown. */
const most = 10;

const looksAt: Record<CheckName, string> = {
  envelope: 'the attestation can be read',
  signature: 'it was signed with the given key, and not changed since',
  'payload type': 'what was signed is an in-toto statement',
  statement: 'the statement is one of a certification',
  files: 'the bundle holds the files that it names, and no others',
  digests: 'no file was changed',
  profile: 'the profile is a published one, or the given one',
  runs: 'the runs are those of the profile, complete',
  result: 'the result follows from the reports',
  page: 'the page says what the attestation says',
  evidence: 'the reports follow from the recorded exchanges',
};

/** A verification in lines. */
export function verificationLines(verification: Verification, paint: Paint): string[] {
  const { checks, keyId } = verification;
  const lines = checks.flatMap(({ name, outcome, reasons }) => {
    const word =
      outcome === 'ok' ? paint.green('ok') : outcome === 'refused' ? paint.red('REFUSED') : paint.dim('not looked at');
    const more = reasons.length > most ? [`... and ${reasons.length - most} more`] : [];
    return [
      `${name.padEnd(14)}${word}  ${looksAt[name]}`,
      ...[...reasons.slice(0, most), ...more].map(reason => `${''.padEnd(14)}  ${reason}`),
    ];
  });
  const about = statementLines(verification);
  return [...lines, '', ...about, `key         ${keyId}`, '', endLine(verification)];
}

function statementLines({ statement, verdict }: Verification): string[] {
  if (statement === null || verdict !== 'genuine') return [];
  const { configuration, novaspec } = statement.predicate;
  const [profile, tool, target] = configuration;
  const { product, compute, microversions } = target.annotations;
  const skipped = novaspec.runs.map(({ skips }) => skips.length).join(', ');
  return [
    ...(product === null ? [] : [`product     ${product}`]),
    `target      ${target.name}, ${compute}, ${microversions.min} to ${microversions.max}`,
    `profile     ${profile.name}, digest ${profile.digest.sha256}`,
    `judged      ${novaspec.startedAt} to ${novaspec.finishedAt}, novaspec ${tool.annotations.version}`,
    `runs        ${novaspec.runs.length}, cases of each skipped: ${skipped}`,
  ];
}

function endLine({ verdict, result, incomplete, statement }: Verification): string {
  if (verdict === 'incomplete') return `INCOMPLETE: this certification did not come to its end: ${incomplete}`;
  if (verdict === 'refused') return `REFUSED: this is no genuine certificate of this key${otherVersion(statement)}`;
  const reasons = statement?.predicate.novaspec.reasons ?? [];
  const why =
    reasons.length === 0 ? '' : ` (${reasons[0]}${reasons.length > 1 ? `, and ${reasons.length - 1} more` : ''})`;
  if (result === 'FAILED') return `genuine, and FAILED: the target does not conform${why}`;
  return `genuine, and ${result}${why}`;
}

/** Another version may write pages and reports otherwise. */
function otherVersion(statement: Verification['statement']): string {
  const version = statement?.predicate.configuration[1].annotations.version ?? packageVersion;
  return version === packageVersion
    ? ''
    : `, as novaspec ${packageVersion} reads it; it was made with ${version}: npx novaspec@${version} verify`;
}
