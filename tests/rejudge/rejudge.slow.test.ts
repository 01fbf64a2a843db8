import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { rejudgeFolder } from '../../src/cli/rejudge-folder.ts';
import type { OwnEntry, OwnPage } from '../../src/evidence/own-har.ts';
import { openCommandBench } from '../cli/bench.ts';
import { novaspec, temporaryFolder } from '../cli/command.ts';

/** What these tests change of a record. */
interface Log {
  log: { entries: OwnEntry[]; pages: OwnPage[] };
}

interface Stored {
  cases: { id: string; rule: string; verdict: string; deviations?: { received: string }[]; history?: unknown }[];
}

/** One run for all tests: single requests, scenarios, a burst and generated histories; some of each fail. */
async function recordedRun(): Promise<string> {
  const faults = ['attach-row-after-in-use', 'seq-third-attach-refused', 'race-two-winners'];
  const { folder, env } = await openCommandBench({ faults, delay: 'none' });
  const out = join(folder, 'out');
  const rules = [
    'attach.success',
    'attach.tag',
    'attach.async',
    'attach.volume',
    'list.paging',
    'attach.state.paused',
    'race.attach-two-servers',
    'history.settled',
  ];
  const { code, stderr } = await novaspec(
    [
      'run',
      ...rules.flatMap(rule => ['--rule', rule]),
      ...'--os-cloud novaspec --persona admin=novaspec-admin --persona other=novaspec-other'.split(' '),
      ...'--microversions 2.60 --runs 6 --seed 1 --poll-rate 1000 --wait 3'.split(' '),
      '--out',
      out,
    ],
    folder,
    env,
  );
  expect(stderr).toBe('');
  expect(code).toBe(1);
  return out;
}

function logIn(run: string): Log {
  return JSON.parse(readFileSync(join(run, 'exchanges.har'), 'utf8')) as Log;
}

function storedIn(run: string): Stored {
  return JSON.parse(readFileSync(join(run, 'report.json'), 'utf8')) as Stored;
}

/** A copy of a run with another record or another report. */
function changed(run: string, change: (log: Log, report: Stored) => void): string {
  const copy = join(temporaryFolder(), 'run');
  cpSync(run, copy, { recursive: true });
  const [log, report] = [logIn(run), storedIn(run)];
  change(log, report);
  writeFileSync(join(copy, 'exchanges.har'), JSON.stringify(log));
  writeFileSync(join(copy, 'report.json'), JSON.stringify(report));
  return copy;
}

/** The pages that decide something; of a case or scenario each decides by itself. */
function decisive({ log }: Log): OwnPage[] {
  return log.pages.filter(({ _novaspec: facts }) => facts !== undefined);
}

test('a result follows from its record, and from no other', { timeout: 240_000 }, async () => {
  const run = await recordedRun();
  const { cases } = storedIn(run);
  const failed = cases.filter(({ verdict }) => verdict === 'fail').map(({ rule }) => rule);
  for (const rule of ['attach.volume.attached', 'history.settled', 'race.attach-two-servers'])
    expect(failed).toContain(rule);
  expect(failed.some(rule => rule.startsWith('attach.async.'))).toBe(true);
  expect(await rejudgeFolder(run)).toEqual([]);

  // Every verdict that is turned round is told, and no other.
  const turned = changed(run, (_, report) => {
    for (const one of report.cases) {
      if (one.verdict === 'pass') one.verdict = 'fail';
      else if (one.verdict === 'fail') one.verdict = 'pass';
    }
  });
  const judged = cases.filter(({ verdict }) => verdict === 'pass' || verdict === 'fail').map(({ id }) => id);
  expect((await rejudgeFolder(turned)).map(line => line.slice(0, line.indexOf(': ')))).toEqual(judged);

  // So is another deviation than the record's.
  const reworded = changed(run, (_, report) => {
    for (const { deviations = [], history } of report.cases)
      if (!history) for (const deviation of deviations) deviation.received += '!';
  });
  const worded = cases.filter(({ verdict, history }) => verdict === 'fail' && !history).map(({ id }) => id);
  expect((await rejudgeFolder(reworded)).map(line => line.slice(0, line.indexOf(': ')))).toEqual(worded);

  // A record without any one of its decisive exchanges confirms less: each page loses one, another one in each round.
  const pages = decisive(logIn(run));
  for (const round of [0, 1, 2]) {
    const poorer = changed(run, ({ log }) => {
      for (const { id } of pages) {
        const own = log.entries.filter(({ pageref }) => pageref === id);
        const lost = own[(round * own.length) % Math.max(1, own.length - 1)] ?? own[round];
        log.entries = log.entries.filter(entry => entry !== lost);
      }
    });
    const lines = await rejudgeFolder(poorer);
    const unconfirmed = new Set(lines.map(line => line.slice(0, line.indexOf(': '))));
    for (const id of judged) expect(unconfirmed, `${id}, round ${round}`).toContain(id);
  }

  // An answer that was another one leads elsewhere.
  const answered = changed(run, ({ log }) => {
    const first = new Set<string>();
    for (const entry of log.entries) {
      const { pageref = '', request, response } = entry;
      if (first.has(pageref) || request.method === 'GET') continue;
      first.add(pageref);
      response.status = response.status === 409 ? 404 : 409;
    }
  });
  const lines = await rejudgeFolder(answered);
  for (const rule of ['attach.success', 'attach.volume.unknown', 'attach.state.paused', 'history.settled'])
    expect(
      lines.some(line => line.startsWith(rule)),
      rule,
    ).toBe(true);

  // A record of something else is none.
  const swapped = changed(run, ({ log }) => {
    for (const entry of log.entries)
      entry.request.url = entry.request.url.replace('os-volume_attachments', 'os-others');
  });
  expect((await rejudgeFolder(swapped)).length).toBeGreaterThan(judged.length / 2);
});
