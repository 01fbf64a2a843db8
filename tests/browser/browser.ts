import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { onTestFinished } from 'vitest';

/** Debian's Chromium, or the one that the environment names; null: there is none. */
const found = [process.env.CHROMIUM, '/usr/bin/chromium'].find(path => path !== undefined && existsSync(path));

/** Whether the tests in a browser are skipped. */
export const missing = found === undefined;
if (missing) {
  process.stderr.write(
    'The tests of the page in a browser are skipped: install the Debian package chromium, or name a Chromium in CHROMIUM.\n',
  );
}

/** Starts the browser; nothing is downloaded. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: found ?? '' });
}

/** A page that was opened from a file, and what it did that a page of a run must not do. */
export interface OpenedPage {
  page: Page;
  /** Errors on the console, exceptions, and requests to anything but the file itself. */
  complaints: string[];
}

/** Opens a file at a hash, e.g. `#cases`, and waits until it can be used; it is closed with the test. */
export async function open(
  browser: Browser,
  file: string,
  hash = '',
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const complaints: string[] = [];
  const url = pathToFileURL(file).href;
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', error => complaints.push(error.message));
  page.on('request', request => {
    if (request.url().split('#')[0] !== url) complaints.push(`request for ${request.url()}`);
  });
  page.on('dialog', dialog => {
    complaints.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(url + hash);
  await page.locator('footer').waitFor();
  return { page, complaints };
}

/** What hinders people, as axe sees it: the serious and critical things, each with where it is. `only`: one of its rules. */
export async function hindrances(page: Page, only?: string): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>(
    `axe.run(document, ${JSON.stringify(only === undefined ? {} : { runOnly: [only] })})`,
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary}`),
    );
}

/** Unfolds everything, also what is made only when it is unfolded. */
export async function unfold(page: Page): Promise<void> {
  for (;;) {
    const folded = await page.evaluate(
      'const folded = [...document.querySelectorAll("details:not([open])")]; for (const each of folded) each.open = true; folded.length',
    );
    if (folded === 0) return;
  }
}
