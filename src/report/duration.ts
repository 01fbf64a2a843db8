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
