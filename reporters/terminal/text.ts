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

/** A measured duration for people: `3.1s`, `1m12s`, `2h05m`. */
export function duration(ms: number): string {
  return ms < 9_950 ? `${(ms / 1000).toFixed(1)}s` : roughDuration(ms);
}

/** The same in whole seconds, for what is estimated or still growing. */
export function roughDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m${`${seconds % 60}`.padStart(2, '0')}s`;
  return `${Math.floor(minutes / 60)}h${`${minutes % 60}`.padStart(2, '0')}m`;
}

/** `1 case`, `2 cases`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

// Colours take no room.
function widthOf(text: string): number {
  return stripVTControlCharacters(text).length;
}
