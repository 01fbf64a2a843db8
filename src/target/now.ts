/** Milliseconds since the epoch, to the microsecond, on a clock that never runs backwards. */
export function now(): number {
  return Math.round((performance.timeOrigin + performance.now()) * 1000) / 1000;
}
