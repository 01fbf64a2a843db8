import type { Report } from '../src/report/model.ts';
import { renderCtrf } from './ctrf.ts';
import { renderGithubAnnotations } from './github-annotations.ts';
import { renderHtml } from './html.ts';
import { renderJson } from './json.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdown } from './markdown.ts';
import { renderTap } from './tap.ts';

/** One way to write a report down. */
export interface Format {
  /** Its file in the folder of a run; null: it has none there. */
  file: string | null;
  /** The whole document; null: it is written while the run goes on, by others. */
  render: ((report: Report) => string) | null;
}

/** The formats by the names of `--reporter`. */
export const formats = {
  json: { file: 'report.json', render: report => `${JSON.stringify(renderJson(report), null, 2)}\n` },
  junit: { file: 'junit.xml', render: renderJunit },
  ctrf: { file: 'ctrf.json', render: renderCtrf },
  markdown: { file: 'report.md', render: renderMarkdown },
  tap: { file: 'results.tap', render: renderTap },
  html: { file: 'report.html', render: report => [...renderHtml(report)].join('') },
  har: { file: 'exchanges.har', render: null },
  annotations: { file: null, render: renderGithubAnnotations },
  summary: { file: null, render: renderMarkdown },
} as const satisfies Record<string, Format>;

/** A name of `--reporter` that makes a document. */
export type FormatName = keyof typeof formats;
