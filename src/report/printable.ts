/**
 * Makes text of unknown origin harmless for a screen: control and format characters become visible (`\u{1b}`), because an
 * answer of a faulty cloud must not move the cursor or reverse the reading direction. Line ends stay.
 */
export function printable(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll('\t', ' ')
    .replace(/[^\n\P{C}]/gu, char => `\\u{${char.codePointAt(0)?.toString(16)}}`);
}

/** The same, on one line. */
export function printableLine(text: string): string {
  return printable(text).replace(/\s+/g, ' ').trim();
}
