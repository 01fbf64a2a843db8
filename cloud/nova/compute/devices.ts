import type { Server } from '../server.ts';

const PREFIX = '/dev/vd';

/** The device of a server's root disk. */
export const ROOT_DEVICE = `${PREFIX}a`;

/**
 * The device that a server gives a volume: the requested letters behind its own prefix, else the first free ones.
 * Undefined where the letters are in use.
 */
export function pickDevice(server: Server, wanted: string | null): string | undefined {
  const used = new Set(server.rows.map(({ device }) => lettersOf(device ?? '')));
  used.add(lettersOf(ROOT_DEVICE));
  const letters = wanted === null ? freeLetters(used) : lettersOf(wanted);
  return used.has(letters) ? undefined : PREFIX + letters;
}

function lettersOf(device: string): string {
  return /^\/dev\/x?[a-z]?d?([a-z]+)\d*/.exec(device)?.[1] ?? '';
}

function freeLetters(used: ReadonlySet<string>): string {
  for (let index = 0; ; index++) {
    const letter = String.fromCharCode(97 + (index % 26));
    const letters = index < 26 ? letter : String.fromCharCode(96 + Math.floor(index / 26)) + letter;
    if (!used.has(letters)) return letters;
  }
}
