const goesOn = 0;
const ends = 1;
const stops = 2;

/** How a run is to go on, in memory that the main thread shares with the worker: it goes on, begins no further case, or stops. */
export class Signal {
  private readonly cell: Int32Array;

  constructor(memory: SharedArrayBuffer = Signal.memory()) {
    this.cell = new Int32Array(memory);
  }

  /** Memory for one, of a run that goes on. */
  static memory(): SharedArrayBuffer {
    return new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  }

  /** No further case is begun; those that are going on come to their end. */
  end(): void {
    Atomics.compareExchange(this.cell, 0, goesOn, ends);
  }

  /** Cases that are going on end soon, without a verdict. */
  stop(): void {
    Atomics.store(this.cell, 0, stops);
  }

  get ends(): boolean {
    return Atomics.load(this.cell, 0) !== goesOn;
  }

  get stops(): boolean {
    return Atomics.load(this.cell, 0) === stops;
  }
}
