/** What the stage did, in memory that the main process shares: nothing is lost when a worker ends early. */
export class StageCounts {
  /** What another thread makes its own from. */
  readonly memory: SharedArrayBuffer;
  private readonly cells: Float64Array;
  private waits = 0;
  private since = 0;

  constructor(memory = new SharedArrayBuffer(4 * Float64Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.cells = new Float64Array(memory);
  }

  get servers(): number {
    return this.cells[0] ?? 0;
  }

  get actions(): number {
    return this.cells[1] ?? 0;
  }

  /** Milliseconds of the run in which somebody waited for the cloud to finish something. */
  get waitedMs(): number {
    return this.cells[2] ?? 0;
  }

  /** Readings of watches. */
  get readings(): number {
    return this.cells[3] ?? 0;
  }

  readingMade(): void {
    this.cells[3] = this.readings + 1;
  }

  serverBuilt(): void {
    this.cells[0] = this.servers + 1;
  }

  actionSent(): void {
    this.cells[1] = this.actions + 1;
  }

  /** Counts the time until `work` ends; waits side by side count once. */
  async waiting<T>(work: Promise<T>): Promise<T> {
    if (this.waits === 0) this.since = Date.now();
    this.waits += 1;
    try {
      return await work;
    } finally {
      this.waits -= 1;
      if (this.waits === 0) this.cells[2] = this.waitedMs + Date.now() - this.since;
    }
  }
}
