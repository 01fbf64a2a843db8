/** The nearest-rank percentile: the smallest value that `percent` of all values do not exceed. `ascending` is not empty. */
export function percentile(ascending: readonly number[], percent: number): number {
  // Whole numbers: 0.95 times a count may come out a little above a rank.
  const rank = Math.ceil((percent * ascending.length) / 100);
  return ascending[Math.max(rank, 1) - 1] ?? Number.NaN;
}
