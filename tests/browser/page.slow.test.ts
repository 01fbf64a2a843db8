import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { OwnEntry, OwnPage } from '../../src/evidence/own-har.ts';
import { hindrances, missing, open, startBrowser, unfold } from './browser.ts';
import { type FaultyRun, faultyRun } from './faulty-run.ts';

let browser: Browser;
let run: FaultyRun;

beforeAll(async () => {
  if (missing) return undefined;
  [browser, run] = await Promise.all([startBrowser(), faultyRun()]);
  return async () => {
    await browser.close();
    run.remove();
  };
}, 120_000);

/** Ids of the cases with a verdict, in the order of the plan. */
function idsOf(verdict: string): string[] {
  return run.report.cases.filter(one => one.verdict === verdict).map(({ id }) => id);
}

function link(id: string): string {
  return `#${encodeURIComponent(id)}`;
}

/** The only failed case of the rule whose id begins like this. */
function failedOf(rule: string): string {
  const id = idsOf('fail').find(each => each.startsWith(rule));
  if (id === undefined) throw new Error(`no case of ${rule} failed`);
  return id;
}

test.skipIf(missing)('a browser plays the record: what was asked is answered as it was', async () => {
  const { log } = JSON.parse(readFileSync(run.har, 'utf8')) as {
    log: { version: string; entries: OwnEntry[]; pages: OwnPage[] };
  };
  expect(log.version).toBe('1.2');
  // Every page that an entry names is there, and bears the name of what it was for.
  const pages = new Set(log.pages.map(({ id }) => id));
  expect(log.entries.filter(({ pageref = '' }) => !pages.has(pageref))).toEqual([]);
  for (const id of idsOf('fail').filter(each => /^attach\.(state|volume)/.test(each))) expect(pages).toContain(id);
  const entry = log.entries.find(
    ({ request, response }) => request.url.endsWith('/os-volume_attachments') && response.status === 200,
  );
  const context = await browser.newContext();
  await context.routeFromHAR(run.har, { notFound: 'abort' });
  const page = await context.newPage();
  const answer = await page.goto(entry?.request.url ?? '');
  expect(answer?.status()).toBe(200);
  expect(answer?.headers()['openstack-api-version']).toMatch(/^compute 2\.\d+$/);
  expect(await answer?.json()).toHaveProperty('volumeAttachments');
  await expect(page.goto('http://127.0.0.1:1/never-asked')).rejects.toThrow();
  await context.close();
});

describe.skipIf(missing)('the page of a run', () => {
  test('says the verdict, what it rests on, and what is wrong first', async () => {
    const { page, complaints } = await open(browser, run.page);
    await expect.poll(() => page.title()).toContain('not conforming');
    expect(await page.locator('h1').textContent()).toContain('not conforming');
    const verdict = await page.locator('#verdict').innerText();
    expect(verdict).toContain('exit code 1');
    expect(verdict).toContain(`${idsOf('fail').length} failed`);
    expect(verdict).toContain(`${idsOf('pass').length} passed`);
    const heads = await page.locator('main > section').evaluateAll(all => all.map(each => each.getAttribute('id')));
    expect(heads.slice(0, 2)).toEqual(['verdict', 'failures']);
    const wrong = await page.locator('#failures').innerText();
    expect(wrong).toContain('attach.volume.unknown');
    expect(wrong).toContain('expected 404 itemNotFound, received 400 badRequest');
    expect(complaints).toEqual([]);
  });

  test('a failed case shows rule, source, both sides with their differences, exchange and commands', async () => {
    const id = failedOf('attach.volume.unknown');
    const { page, complaints } = await open(browser, run.page, link(id));
    const sheet = page.locator('dialog[open]');
    expect(await sheet.locator('h2').innerText()).toContain(id);
    const text = await sheet.innerText();
    expect(text).toContain('A volume that does not exist is answered 404.');
    expect(text).toContain('seed.codes.not-found');
    expect(await sheet.locator('.side.expected mark').first().innerText()).toContain('404');
    expect(await sheet.locator('.side.received mark').first().innerText()).toContain('400');
    expect(await sheet.locator('.exchange pre').allInnerTexts()).toContainEqual(
      expect.stringContaining('"badRequest"'),
    );
    const commands = await sheet.locator('.command pre').allInnerTexts();
    expect(commands).toEqual([
      expect.stringMatching(/^curl .*\$OS_TOKEN/),
      expect.stringMatching(/^npx novaspec run --os-cloud novaspec .*--case attach\.volume\.unknown@/),
    ]);
    const headers = sheet.locator('.headers').first();
    expect(await headers.locator('dl').isVisible()).toBe(false);
    await headers.locator('summary').click();
    expect(await headers.locator('dl').innerText()).toContain('OpenStack-API-Version');
    expect(complaints).toEqual([]);
  });

  test('what observers saw is drawn, with the reading that cannot be, told in words, and set against the legal order', async () => {
    const { page, complaints } = await open(browser, run.page, link(failedOf('attach.async.list-first')));
    const figure = page.locator('dialog figure').first();
    const lanes = await figure.locator('svg .lane-name').allTextContents();
    expect(lanes).toEqual(expect.arrayContaining(['answer', 'list', 'volume', 'entry', 'action']));
    expect(await figure.locator('svg').getAttribute('aria-label')).toMatch(
      /list: absent, then present; .*completed after/,
    );
    expect(await figure.locator('.accused title').textContent()).toMatch(/^(list absent|volume in-use|entry present)/);
    const order = await figure.locator('table.course').innerText();
    expect(order).toMatch(/asked\s+absent/);
    expect(order).toContain('→ listed or hidden');
    await figure.getByText('The same in words').click();
    expect(await figure.locator('pre').innerText()).toContain('completed after');
    expect(complaints).toEqual([]);
  });

  test('a history shows its steps, where it failed, and how to play it again', async () => {
    const { page, complaints } = await open(browser, run.page, link(failedOf('history.settled')));
    const sheet = page.locator('dialog[open]');
    expect(await sheet.locator('.steps li').count()).toBeGreaterThan(1);
    expect(await sheet.locator('.steps li.here').count()).toBe(1);
    const labels = await sheet.locator('.command-label').allInnerTexts();
    expect(labels).toEqual(['curl', 'replay', 'script', 'repeat']);
    expect(complaints).toEqual([]);
  });

  test('a cell of the matrix opens its cases, and the back button leads back', async () => {
    const { page, complaints } = await open(browser, run.page);
    const cell = page
      .getByRole('grid')
      .first()
      .getByRole('link', { name: /^attach shelved at 2\.101\+: 1 failed/ });
    await cell.click();
    const cases = page.locator('.case-list li');
    await expect.poll(() => cases.count()).toBe(1);
    expect(await cases.innerText()).toContain('attach.state.shelved@2.104');
    expect(page.url()).toContain('#cases?microversion=2.101%2B&rule=attach.state.shelved');
    await cases.getByRole('link').click();
    await page.locator('dialog[open]').waitFor();
    await page.goBack();
    await expect.poll(() => page.locator('dialog[open]').count()).toBe(0);
    expect(await cases.count()).toBe(1);
    await page.goBack();
    await expect.poll(() => cases.count()).toBeGreaterThan(1);
    expect(complaints).toEqual([]);
  });

  test('cases are filtered by what they are and by words, and the address says so', async () => {
    const { page, complaints } = await open(browser, run.page);
    const status = page.getByRole('status');
    await page.getByRole('combobox', { name: 'verdict' }).selectOption('fail');
    await expect.poll(() => status.innerText()).toBe(`${idsOf('fail').length} of ${run.report.cases.length} cases`);
    const wanted = idsOf('fail').filter(id => id.includes('unknown'));
    await page.getByRole('searchbox', { name: 'text' }).fill('volume UNKNOWN');
    await expect.poll(() => page.locator('.case-id').allInnerTexts()).toEqual(wanted);
    const { hash } = new URL(page.url());
    expect(hash).toBe('#cases?text=volume+UNKNOWN&verdict=fail');
    const { page: sent } = await open(browser, run.page, hash);
    expect(await sent.locator('.case-id').allInnerTexts()).toEqual(wanted);
    expect(await sent.getByRole('searchbox', { name: 'text' }).inputValue()).toBe('volume UNKNOWN');
    await page.goBack();
    await expect.poll(() => page.locator('.case-id').count()).toBeGreaterThan(wanted.length);
    await page.getByRole('searchbox', { name: 'text' }).fill('no such case');
    await expect.poll(() => status.innerText()).toBe(`0 of ${run.report.cases.length} cases`);
    await page.getByRole('button', { name: 'Show all' }).click();
    await expect.poll(() => status.innerText()).toBe(`${run.report.cases.length} cases`);
    expect(complaints).toEqual([]);
  });

  test('everything can be reached by keyboard', async () => {
    const { page } = await open(browser, run.page);
    const focused = () =>
      page.evaluate('document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('To the verdict');
    const grid = page.getByRole('grid').first();
    // A grid is one stop, however many cells it has.
    expect(await grid.locator('a[tabindex="0"]').count()).toBe(1);
    await grid.locator('a[tabindex="0"]').focus();
    const first = await focused();
    await page.keyboard.press('ArrowDown');
    const second = await focused();
    expect(second).not.toBe(first);
    await page.keyboard.press('ArrowUp');
    expect(await focused()).toBe(first);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.url()).toContain('#cases?');
    await page.locator('.case-list a').first().focus();
    await page.keyboard.press('Enter');
    await page.locator('dialog[open]').waitFor();
    expect(await focused()).toBe('Close');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('dialog[open]').count()).toBe(0);
    expect(page.url()).toContain('#cases?');
  });

  test('latency, coverage and skips are told in words too', async () => {
    const { page } = await open(browser, run.page);
    const histograms = page.locator('#latency svg.histogram');
    expect(await histograms.count()).toBeGreaterThan(2);
    expect(await histograms.first().getAttribute('aria-label')).toMatch(
      /^attach \w+ accepted: median .*, 95% within .*, at most /,
    );
    const graph = page.locator('#histories svg.graph');
    expect(await graph.locator('.node-name').allTextContents()).toEqual(
      expect.arrayContaining(['active', 'paused', 'deleted']),
    );
    expect(await graph.locator('g.never .edge').count()).toBeGreaterThan(0);
    await page.getByText('The steps as a table').click();
    expect(await page.locator('#histories table').first().innerText()).toMatch(/pause\s+active\s+paused/);
    expect(await page.locator('#skips').innerText()).toContain('persona that may bring servers into these states');
  });
});

describe.skipIf(missing)('everybody can read it', () => {
  test.each(['light', 'dark'] as const)('in the %s theme, with everything unfolded', async colorScheme => {
    const { page, complaints } = await open(browser, run.page, '', { colorScheme });
    const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(await ground()).toBe(colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(20, 23, 28)');
    await unfold(page);
    // Colours are all that differs in the other theme, and looking at everything takes long.
    const only = colorScheme === 'dark' ? 'color-contrast' : undefined;
    expect(await hindrances(page, only)).toEqual([]);
    await page.goto(`${page.url().split('#')[0]}${link(failedOf('history.settled'))}`);
    await page.locator('dialog[open] .case').waitFor();
    expect(await hindrances(page, only)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('a button changes the theme, also for the next page', async () => {
    const { page } = await open(browser, run.page, '', { colorScheme: 'dark' });
    await page.getByRole('button', { name: 'Change to the light theme' }).click();
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    await page.reload();
    await page.getByRole('button', { name: 'Change to the dark theme' }).waitFor();
  });

  test('on a phone: no line of the page is wider than the screen', async () => {
    const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
    const { page, complaints } = await open(browser, run.page, '', phone);
    const width = () => page.evaluate('document.documentElement.scrollWidth');
    expect(await width()).toBe(360);
    await unfold(page);
    expect(await width()).toBe(360);
    const sheetWidth = async (id: string) => {
      await page.goto(`${page.url().split('#')[0]}${link(id)}`);
      await page.locator('dialog[open] .case').waitFor();
      return page.evaluate(
        'document.querySelector("dialog").scrollWidth <= document.querySelector("dialog").clientWidth',
      );
    };
    expect(await sheetWidth(failedOf('attach.async.list-first'))).toBe(true);
    expect(await sheetWidth(failedOf('history.settled'))).toBe(true);
    expect(complaints).toEqual([]);
  });
});
