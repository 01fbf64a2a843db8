import { Appender } from './appender.ts';
import { beginHar, endHar } from './har-file.ts';
import { readHar } from './read-har.ts';
import { pagesFile, stagePage, targetPage } from './recorder.ts';

/** A record that becomes part of another one. */
export interface HarPart {
  file: string;
  /** What it is a part of, for pages that every record has. */
  name: string;
}

/**
 * Writes one HAR of several, entry by entry. What was asked for a case keeps its page; the pages that each record has, of stage and
 * target, say which one they come from. @throws HarError, or Error of the file system
 */
export async function mergeHars(
  file: string,
  creator: { name: string; version: string },
  runId: string,
  parts: readonly HarPart[],
): Promise<void> {
  beginHar(file, creator, runId);
  const entries = new Appender(file, fail);
  const pages = new Appender(pagesFile(file), fail);
  for (const { file: from, name } of parts) {
    const har = readHar(from);
    const own = (page: string | undefined) => (page === stagePage || page === targetPage ? `${page} (${name})` : page);
    for await (const entry of har.entries) {
      entries.add(`${JSON.stringify({ ...entry, pageref: own(entry.pageref) })},`);
    }
    for (const page of har.pages) pages.add(`${JSON.stringify({ ...page, id: own(page.id), title: own(page.id) })},`);
  }
  entries.close();
  pages.close();
  endHar(file);
}

function fail(error: Error): never {
  throw error;
}
