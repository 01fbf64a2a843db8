import { type FailureGroup, groupErrors, groupFailures } from '../src/report/failure-groups.ts';
import { failureLines, failureText } from '../src/report/failure-text.ts';
import type { Report } from '../src/report/model.ts';
import { plural } from '../src/report/plural.ts';
import { runTrouble } from '../src/report/run-trouble.ts';
import { staleText } from '../src/report/waiver-text.ts';

// What GitHub takes of one step: so many annotations of a kind, so many characters of each.
const mostOfAKind = 10;
const messageLength = 4000;

/** Of the run as a whole, or of what failed for one rule or broke down for one cause. */
interface Annotation {
  title: string;
  /** Where it stands in the repository. */
  place?: { file: string; line: number };
  message: string;
}

/**
 * The run as workflow commands of GitHub Actions, which shows ten errors and ten warnings of a step: an error for each rule that
 * failed, the worst first, and a warning for each waiver that no longer applies, at its line, and each cause for which cases could
 * not be judged. The last one counts the rest.
 */
export function renderGithubAnnotations(report: Report): string {
  const trouble = runTrouble(report);
  const { file = '', stale = [] } = report.baseline ?? {};
  const errors = [
    ...(trouble === null ? [] : [{ title: report.tool.name, message: trouble }]),
    ...groupFailures(report).map(group => annotationOf(group, report)),
  ];
  const warnings = [
    ...stale.map(each => ({
      title: `waiver of ${each.name}`,
      place: { file, line: each.line },
      message: staleText(file, each),
    })),
    ...groupErrors(report).map(group => annotationOf(group, report)),
    ...report.leftovers.map(({ kind, id, name, why }) => ({
      title: 'left behind on the cloud',
      message: `${kind} ${id} (${name}): ${why}`,
    })),
  ];
  return [...commands('error', errors), ...commands('warning', warnings)].map(line => `${line}\n`).join('');
}

function annotationOf({ title, members, echoes }: FailureGroup, report: Report): Annotation {
  const [{ case: example, result }] = members;
  const all = echoes.reduce((sum, { count }) => sum + count, members.length);
  const lines = failureLines(failureText(example, result, report));
  const name = result.verdict === 'fail' ? title : 'could not be judged';
  return { title: `${name} (${plural(all, 'case')})`, message: lines.join('\n') };
}

function commands(kind: 'error' | 'warning', all: readonly Annotation[]): string[] {
  const shown: readonly Annotation[] = all.length > mostOfAKind ? all.slice(0, mostOfAKind - 1) : all;
  const rest = all.slice(shown.length);
  const last: Annotation = { title: `and ${rest.length} more`, message: rest.map(({ title }) => title).join('\n') };
  return [...shown, ...(rest.length > 0 ? [last] : [])].map(({ title, place, message }) => {
    const where = place === undefined ? '' : `file=${property(place.file)},line=${place.line},`;
    return `::${kind} ${where}title=${property(title)}::${data(cutText(message))}`;
  });
}

function cutText(text: string): string {
  const characters = Array.from(text);
  return characters.length <= messageLength ? text : `${characters.slice(0, messageLength - 3).join('')}...`;
}

/** A value of a command; a line end would begin the next one. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
