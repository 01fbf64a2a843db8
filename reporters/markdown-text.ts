/** Text of unknown origin, to be shown as it is: inside a code span nothing is markup, a mention or a link. One line. */
export function codeSpan(text: string): string {
  const fence = fenceFor(text, 1);
  // One space on either side is taken away again; without it a backtick would touch the fence.
  return /^`|`$|^ .* $/.test(text) || text.trim() === '' ? `${fence} ${text} ${fence}` : `${fence}${text}${fence}`;
}

/** Lines of unknown origin, as they are. */
export function codeBlock(lines: readonly string[]): string {
  const fence = fenceFor(lines.join('\n'), 3);
  return [`${fence}text`, ...lines, fence].join('\n');
}

/** A table; its cells are Markdown of one line. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map(row).join('\n');
}

/** Markdown that is shown on demand; the summary is HTML. */
export function detailsBlock(summary: string, content: string): string {
  // Empty lines around the content: without them readers take it for HTML.
  return `<details>\n<summary>${summary}</summary>\n\n${content}\n\n</details>`;
}

/** Text inside of HTML that stands in Markdown: its punctuation is neither. */
export function inlineHtml(text: string): string {
  return text.replaceAll(/[&<>"'`*_[\]\\|~@#:!$]/g, char => `&#${char.codePointAt(0)};`);
}

// A table ends its cells at every bar, even at those in code spans.
function row(cells: readonly string[]): string {
  return `| ${cells.map(cell => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
}

function fenceFor(text: string, least: number): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map(run => run.length));
  return '`'.repeat(Math.max(least, longest + 1));
}
