import { stripVTControlCharacters } from 'node:util';

/** Cuts a line to the width of the screen, with a mark where something is missing. */
export function cut(line: string, columns: number): string {
  const characters = Array.from(line);
  return characters.length <= columns ? line : `${characters.slice(0, columns - 3).join('')}...`;
}

/** Breaks a line between words; the lines after the first are indented. A word longer than a line stays whole. */
export function wrap(text: string, columns: number, indent: string): string[] {
  const lines: string[] = [];
  const [first = '', ...words] = text.split(' ');
  let line = first;
  for (const word of words) {
    if (line.trim() !== '' && widthOf(line) + 1 + widthOf(word) > columns) {
      lines.push(line);
      line = `${indent}${word}`;
    } else {
      line = `${line} ${word}`;
    }
  }
  return [...lines, line];
}

// Colours take no room.
function widthOf(text: string): number {
  return stripVTControlCharacters(text).length;
}
