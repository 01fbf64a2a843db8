import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { renderHtml } from '../../reporters/html.ts';
import type { CaseResult } from '../../src/judge/verdict.ts';
import type { Case } from '../../src/plan/case.ts';
import type { Report } from '../../src/report/model.ts';
import { makeHistory, makeHistoryCase, makeHistoryFailure } from '../report/make-history.ts';
import {
  makeCase,
  makeDeviation,
  makeExchange,
  makeFailure,
  makeReport,
  makeResult,
  makeRun,
  makeTimeline,
} from '../report/make-report.ts';
import { missing, open, startBrowser, unfold } from './browser.ts';

let browser: Browser;
let folder: string;

beforeAll(async () => {
  if (missing) return undefined;
  browser = await startBrowser();
  folder = mkdtempSync(join(tmpdir(), 'novaspec-big-'));
  return async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  };
});

function written(report: Report): string {
  const file = join(folder, `${report.runId}.html`);
  writeFileSync(file, [...renderHtml(report)].join(''));
  return file;
}

describe.skipIf(missing)('whatever stands in a report', () => {
  test('ten thousand cases, every tenth of them failed, can be opened, listed and searched', async () => {
    const judged = Array.from({ length: 10_000 }, (_, at): [Case, CaseResult] => {
      const rule = `attach.rule${at % 300}`;
      const microversion = ['2.1', '2.20', '2.79', '2.101'][at % 4] ?? '';
      const one = makeCase({ id: `${rule}[v${at}]@${microversion}`, rule, microversion });
      return [one, at % 10 === 0 ? makeFailure(one.id) : makeResult(one.id)];
    });
    const file = written(makeRun(judged, { runId: 'big', exitCode: 1 }));
    const begin = Date.now();
    const { page, complaints } = await open(browser, file);
    const took = Date.now() - begin;
    process.stderr.write(
      `A page of 10,000 cases, 1,000 of them failed (${Math.round(statSync(file).size / 1024)} KiB), opened in ${took} ms.\n`,
    );
    expect(await page.locator('.count').allInnerTexts()).toEqual(['✗ 1000 failed', '✓ 9000 passed']);
    // What is not looked at is not made: the page stays small, however many cases there are.
    expect(await page.locator('.case-list li').count()).toBe(100);
    expect(await page.evaluate('document.querySelectorAll("*").length')).toBeLessThan(10_000);
    await page.getByRole('button', { name: '9900 more' }).scrollIntoViewIfNeeded();
    await expect.poll(() => page.locator('.case-list li').count()).toBeGreaterThan(100);
    await page.getByRole('searchbox', { name: 'text' }).fill('v9990');
    await expect.poll(() => page.locator('.case-list li').count()).toBe(1);
    await page.locator('.case-list a').click();
    expect(await page.locator('dialog .side.received').innerText()).toContain('200');
    expect(complaints).toEqual([]);
  });

  test('text of a hostile target stays text', async () => {
    const markup = `</script><img src=x onerror="alert(1)"><!--<script>alert(2)</script>'`;
    const evil = `${markup} \u202e\u0000`;
    const failed = makeCase({ id: `attach.volume.unknown[${markup}]@2.79`, persona: markup });
    const history = makeHistoryCase();
    const broken = makeHistoryFailure({ sentence: markup });
    broken.steps[1] = { text: markup, expected: markup, received: evil, exchange: makeExchange({ body: evil }) };
    const exchange = makeExchange({ url: `javascript:${evil}`, body: evil }, { headers: { [evil]: evil }, body: evil });
    const samples = [{ observer: 'volume', shown: evil, from: 0, to: 9 }];
    const run = makeRun(
      [
        [
          failed,
          makeFailure(failed.id, {
            message: evil,
            deviations: [makeDeviation({ what: evil, expected: evil, received: `${evil} more` })],
            findings: [makeDeviation({ what: evil, expected: evil, received: evil })],
            exchanges: [exchange],
            timelines: [makeTimeline({ course: markup, request: evil, samples })],
          }),
        ],
        [history, makeFailure(history.id, { history: makeHistory({ failure: broken, ended: [evil] }) })],
        [
          makeCase({ id: 'e@2.1', rule: 'e', microversion: '2.1' }),
          makeResult('e@2.1', { verdict: 'error', message: evil }),
        ],
        [
          makeCase({ id: 's@2.1', rule: 's', microversion: '2.1' }),
          makeResult('s@2.1', { verdict: 'skipped', skip: { reason: 'capability missing', detail: evil } }),
        ],
      ],
      {
        runId: 'evil',
        exitCode: 1,
        failure: evil,
        notes: [evil],
        leftovers: [{ kind: 'server', id: evil, name: evil, why: evil }],
        rules: { 'attach.volume.unknown': { sentence: markup, level: 'required', source: [markup] } },
      },
    );
    const target = run.target && { ...run.target, name: evil, compute: `javascript:${evil}` };
    const file = written({ ...run, target });
    const { page, complaints } = await open(browser, file, `#${encodeURIComponent(failed.id)}`);
    expect(await page.locator('dialog h2').textContent()).toContain('<img src=x');
    await page.keyboard.press('Escape');
    await unfold(page);
    expect(await page.locator('#verdict').textContent()).toContain('<img src=x onerror="alert(1)">');
    expect(await page.locator('#failures').textContent()).toContain('alert(2)');
    expect(
      await page.evaluate('document.querySelectorAll("img, script[src], iframe, a[href^=javascript]").length'),
    ).toBe(0);
    expect(await page.evaluate('document.scripts.length')).toBe(1);
    // Nothing that turns the reading direction reaches the screen.
    expect(await page.locator('#page').textContent()).not.toContain('\u202e');
    expect(complaints).toEqual([]);
  });

  test('a run that could not start says why, and shows nothing that it does not have', async () => {
    const report = makeReport({ runId: 'down', target: null, choices: null, failure: 'nobody answers', exitCode: 3 });
    const { page, complaints } = await open(browser, written(report));
    expect(await page.locator('#verdict').innerText()).toMatch(/COULD NOT RUN[\s\S]*exit code 3[\s\S]*nobody answers/);
    expect(await page.locator('main > section').count()).toBe(2);
    expect(complaints).toEqual([]);
  });
});
