import { wrap } from '../../reporters/terminal/text.ts';
import { choiceRows } from '../report/choice-rows.ts';
import { roughDuration } from '../report/duration.ts';
import { plural } from '../report/plural.ts';
import { printableLine } from '../report/printable.ts';
import type { Quota } from '../stage/quota.ts';
import type { SettingRow } from './configure.ts';
import type { Diagnosis } from './diagnosis.ts';

const labelWidth = 26;

type Row = [label: string, text: string];

/** A diagnosis for a person, wrapped at `columns`. */
export function diagnosisText(diagnosis: Diagnosis, columns: number): string {
  const { settings, target, contract, unjudged, notes, states } = diagnosis;
  const { min, max } = target.microversions;
  const range: Row = ['microversions', `${min} to ${max}; the contract describes ${contract.min} to ${contract.max}`];
  const sections: [string, Row[]][] = [
    ['Settings', settings.filter(({ from }) => from !== 'default').map(settingRow)],
    [`Target ${target.name}`, [range, ...endpointRows(diagnosis)]],
    ['Personas', personaRows(diagnosis)],
    ['Features', featureRows(diagnosis)],
    ['Quotas of the project', quotaRows(diagnosis.quota)],
    ['Choices', choiceLines(diagnosis)],
    ['States', states.map(({ state, outlook, detail }) => [state, [outlook, detail].filter(Boolean).join(': ')])],
    ['Plan', planRows(diagnosis)],
    ['Notes', notes.map(note => ['', note])],
    ['Would not be judged', unjudged.map(reason => ['', reason])],
  ];
  const verdict =
    unjudged.length === 0
      ? 'READY: a run could judge everything that is required.'
      : 'NOT ALL: a run could judge only a part of what is required.';
  const lines = sections
    .filter(([, rows]) => rows.length > 0)
    .flatMap(([title, rows]) => [title, ...rows.flatMap(row => rowLines(row, columns)), '']);
  return `${[...lines, verdict].join('\n')}\n`;
}

function rowLines([label, text]: Row, columns: number): string[] {
  const start = label === '' ? '  - ' : `  ${label.padEnd(labelWidth)}`;
  // `wrap` counts from the left edge and keeps single spaces only, so the label is set before the wrapped text.
  const [first = '', ...more] = wrap(printableLine(text), columns - start.length, '');
  return [`${start}${first}`, ...more.map(line => `${' '.repeat(start.length)}${line}`)];
}

function settingRow({ name, value, from }: SettingRow): Row {
  const texts = Array.isArray(value)
    ? value.map(String)
    : typeof value === 'object' && value !== null
      ? Object.entries(value).map(([key, each]) => `${key}=${each}`)
      : [String(value)];
  return [name, `${texts.join(', ') || 'none'}, from ${from}`];
}

function endpointRows({ endpoints }: Diagnosis): Row[] {
  return endpoints.map(({ service, url, latencyMs, problem }) => {
    if (url === null) return [service, 'none'];
    if (problem !== null) return [service, `${url}: ${problem}`];
    return [service, `${latencyMs === null ? 'tokens from' : `${latencyMs} ms at`} ${url}`];
  });
}

function personaRows({ personas }: Diagnosis): Row[] {
  return personas.map(({ persona, cloud, roles, project, obstacle }) => {
    if (cloud === null) return [persona, `missing: ${obstacle}`];
    const who = `${cloud}, project ${project ?? 'unknown'}, roles ${roles?.join(' ') ?? 'unknown'}`;
    return [persona, obstacle === null ? who : `${who}; not usable: ${obstacle}`];
  });
}

function featureRows({ features }: Diagnosis): Row[] {
  return features.map(({ feature, present, needs }) => [feature, present ? 'present' : `absent: needs ${needs}`]);
}

function quotaRows(quota: Quota): Row[] {
  const units: [keyof Quota, string][] = [
    ['servers', ''],
    ['cores', ''],
    ['ram', ' MiB'],
    ['volumes', ''],
    ['gigabytes', ' GiB'],
  ];
  return units.map(([name, unit]) => {
    const { limit, used } = quota[name];
    return [name, limit === null ? `${used}${unit} used, no known limit` : `${used} of ${limit}${unit} used`];
  });
}

function choiceLines({ choices }: Diagnosis): Row[] {
  const rows = choiceRows(choices).map(({ label, text, id }): Row => [label, id === null ? text : `${text} (${id})`]);
  return [...rows, ['servers', `at most ${choices.servers} at once`]];
}

function planRows({ plan, estimate }: Diagnosis): Row[] {
  const { seconds, requestsPerCase, requestsPerSecond, reads } = estimate;
  const rate = requestsPerSecond < 10 ? requestsPerSecond.toFixed(1) : Math.round(requestsPerSecond);
  return [
    ['to run', `${plan.toRun} of ${plural(plan.cases, 'case')}`],
    ...plan.skipped.map(({ cases, reason, detail }): Row => [`to skip: ${cases}`, `${reason}: ${detail}`]),
    [
      'estimated time',
      `${roughDuration(seconds * 1000)} of requests (${requestsPerCase} a case, ${rate} a second, as ${reads} reads ` +
        'just showed), and what the cloud takes to build servers, attach volumes and change states',
    ],
  ];
}
