import pc from 'picocolors';

/** Puts colour into text, or leaves it as it is. */
export type Paint = ReturnType<typeof pc.createColors>;

/** A paint box; without colour every function returns its text unchanged. */
export function paintBox(color: boolean): Paint {
  return pc.createColors(color);
}
