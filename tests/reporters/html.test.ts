import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { encodeReport } from '../../reporters/html/encode.ts';
import { decodeReport } from '../../reporters/html/page/decode.ts';
import type { PageData } from '../../reporters/html/page-data.ts';
import { renderHtml } from '../../reporters/html.ts';
import type { CaseResult } from '../../src/judge/verdict.ts';
import type { Case } from '../../src/plan/case.ts';
import type { Report } from '../../src/report/model.ts';
import { makeHistory, makeHistoryCase, makeHistoryFailure } from '../report/make-history.ts';
import { makeCase, makeFailure, makeResult, makeRun, makeTimeline, makeTiming } from '../report/make-report.ts';

function html(report: Report): string {
  return [...renderHtml(report)].join('');
}

describe('the data of the page', () => {
  test('lose nothing that a reader of a report needs', () => {
    const plain = makeCase({ id: 'attach.volume.unknown[a]@2.79' });
    const odd = makeCase({
      id: 'an id of another form',
      request: { method: 'PUT', path: '/', headers: { A: 'b' }, raw: '{' },
    });
    const history = makeHistoryCase();
    const open = makeCase({ id: 'open', skip: { reason: 'persona missing', detail: 'admin' } });
    const failed = makeFailure(plain.id, { timelines: [makeTimeline()] });
    const report = makeRun([
      [plain, failed],
      [odd, makeResult(odd.id, { timings: [makeTiming()], absentMs: 300 })],
      [history, makeResult(history.id, { history: makeHistory({ failure: makeHistoryFailure() }) })],
      [open],
    ]);
    const decoded = decodeReport(JSON.parse([...encodeReport(report)].join('')) as PageData);
    // The parsed body is the only thing left out: its text says the same.
    const exchanges = failed.exchanges.map(({ response: { json: _json, ...response }, ...exchange }) => ({
      ...exchange,
      response,
    }));
    expect({ ...decoded, results: [...decoded.results.values()] }).toEqual({
      ...report,
      results: [{ ...failed, exchanges }, ...[...report.results.values()].slice(1)],
    });
  });

  test('stay small: what cases have in common is written once', () => {
    const judged = Array.from({ length: 2_000 }, (_, at): [Case, CaseResult] => {
      const one = makeCase({ id: `attach.volume.unknown[variant ${at}]@2.79` });
      return [one, makeResult(one.id)];
    });
    expect(html(makeRun(judged)).length).toBeLessThan(500_000);
  });
});

describe('the file', () => {
  test('lets nothing run but its own script, and loads nothing', () => {
    const text = html(makeRun([[makeCase(), makeFailure(makeCase().id)]]));
    const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(text) ?? [];
    const script = text.slice(text.lastIndexOf('<script>') + '<script>'.length, text.lastIndexOf('</script>'));
    const digest = createHash('sha256').update(script).digest('base64');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`script-src 'sha256-${digest}';`);
    expect(text.match(/<\/script>/g)).toHaveLength(2);
    expect(text).not.toMatch(/\b(src|href)=["']?https?:/);
  });

  test('says the verdict to whoever has no scripts, and keeps the licences of what is in it', () => {
    const text = html(makeRun([[makeCase(), makeFailure(makeCase().id)]], { exitCode: 1 }));
    expect(text).toContain('<title>not conforming: devstack - novaspec</title>');
    expect(text).toContain('not conforming: 0 of 1 case passed, 1 failed.');
    for (const each of ['preact', 'MIT', 'diff', 'BSD 3-Clause License']) expect(text).toContain(each);
  });
});
