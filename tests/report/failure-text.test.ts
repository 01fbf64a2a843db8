import { describe, expect, test } from 'vitest';
import { failureLines, failureText } from '../../src/report/failure-text.ts';
import {
  makeCase,
  makeDeviation,
  makeExchange,
  makeFailure,
  makeReport,
  makeResult,
  makeTimeline,
} from './make-report.ts';

const failedCase = makeCase();
const report = makeReport();

function detail(label: string, result = makeFailure(failedCase.id), of = failedCase): string[] {
  return failureText(of, result, report)
    .details.filter(entry => entry.label === label)
    .map(({ text }) => text);
}

describe('a failed case', () => {
  test('says what failed, what was expected, what came, where it is written, how to repeat it: in this order', () => {
    const lines = failureLines(failureText(failedCase, makeFailure(failedCase.id), report));
    expect(lines[0]).toBe('attach.volume.unknown@2.79: expected 404 itemNotFound, received 200');
    expect(lines.slice(1).map(line => line.trim().split(' ')[0])).toEqual([
      'rule',
      'source',
      'curl',
      'answer',
      'repeat',
    ]);
    expect(lines.join('\n')).toContain('Attaching a volume that does not exist is refused. (required)');
    expect(lines.join('\n')).toContain('nova/compute/api.py@master:5199');
    expect(lines.at(-1)).toContain('npx novaspec run --os-cloud devstack --case attach.volume.unknown@2.79');
  });

  test('names what it looked at when that was not the status', () => {
    const deviations = [makeDeviation({ what: 'header vary', expected: 'OpenStack-API-Version', received: 'absent' })];
    const { headline } = failureText(failedCase, makeFailure(failedCase.id, { deviations }), report);
    expect(headline).toBe('attach.volume.unknown@2.79: header vary: expected OpenStack-API-Version, received absent');
  });

  test('has a line for each further deviation', () => {
    const effect = makeDeviation({ what: 'effect', expected: 'none', received: 'attached', level: 'advisory' });
    const deviations = [makeDeviation(), effect, effect];
    expect(detail('also', makeFailure(failedCase.id, { deviations }))).toEqual([
      'effect: expected none, received attached (advisory)',
      'effect: expected none, received attached (advisory)',
    ]);
  });

  test('shows what the observers saw before it says where the rule is written', () => {
    const result = makeFailure(failedCase.id, { timelines: [makeTimeline({ completed: null })] });
    const { details } = failureText(failedCase, result, report);
    expect(details.map(({ label }) => label).slice(0, 2)).toEqual(['seen', 'rule']);
    expect(detail('seen', result)[0]?.split('\n')).toEqual([
      'attach: POST /servers/5e/os-volume_attachments',
      expect.stringMatching(/list +readings$/),
      ' +2–12 ms  absent',
      '+30–41 ms  present',
      'not completed within 120 s',
    ]);
  });

  test('leaves room for what stands before a timeline', () => {
    const request = `POST /servers/${'5e'.repeat(18)}/os-volume_attachments/${'7f'.repeat(18)}`;
    const result = makeFailure(failedCase.id, { timelines: [makeTimeline({ request })] });
    for (const columns of [Number.POSITIVE_INFINITY, 80]) {
      const seen = failureLines(failureText(failedCase, result, report, columns)).slice(1, 5);
      expect(seen.filter(line => line.length > Math.min(columns, 100))).toEqual([]);
    }
  });

  test('shows the request of the case, not those around it', () => {
    const exchanges = [makeExchange({ method: 'GET' }), makeExchange({ url: 'http://127.0.0.1/judged' })];
    expect(detail('curl', makeFailure(failedCase.id, { exchanges }))[0]).toContain('http://127.0.0.1/judged');
  });

  test('cuts a long body and says so', () => {
    const exchanges = [makeExchange({}, { body: 'é'.repeat(501) })];
    const [answer] = detail('answer', makeFailure(failedCase.id, { exchanges }));
    expect(answer).toBe(`200 (the first 500 of 501 characters) ${'é'.repeat(500)}`);
  });

  test('says that there was no body', () => {
    const exchanges = [makeExchange({}, { body: '' })];
    expect(detail('answer', makeFailure(failedCase.id, { exchanges }))).toEqual(['200, no body']);
  });

  test('lets no control character of the cloud through', () => {
    const received = 'a\u001B[2Jb\r\nc\u202Ed\u009B0m';
    const result = makeFailure(failedCase.id, {
      deviations: [makeDeviation({ received }), makeDeviation({ received })],
      exchanges: [makeExchange({ body: received }, { body: received })],
    });
    const lines = failureLines(failureText(failedCase, result, report));
    expect(lines.join('')).toMatch(/^\P{C}*$/u);
    expect(lines[0]).toContain('received a\\u{1b}[2Jb c\\u{202e}d');
  });
});

test('a case that could not be judged gives the cause, the last exchange and says that it is no judgement', () => {
  const result = makeResult(failedCase.id, {
    verdict: 'error',
    message: 'server never left BUILD within 300 s',
    exchanges: [makeExchange(), makeExchange({ method: 'GET', url: 'http://127.0.0.1/last' })],
  });
  expect(failureText(failedCase, result, report).headline).toBe(
    'attach.volume.unknown@2.79: could not be judged: server never left BUILD within 300 s',
  );
  expect(detail('means', result)[0]).toMatch(/^No judgement of the API/);
  expect(detail('curl', result)[0]).toContain('http://127.0.0.1/last');
  expect(detail('repeat', result)).toHaveLength(1);
});
