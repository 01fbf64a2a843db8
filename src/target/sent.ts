/** Memory in which all threads of a run count the requests that they send. */
export function noneSent(): SharedArrayBuffer {
  return new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
}

/** Counts one more. */
export function countSent(memory: SharedArrayBuffer): void {
  Atomics.add(new Int32Array(memory), 0, 1);
}

/** How many were sent so far. */
export function sentSoFar(memory: SharedArrayBuffer): number {
  return Atomics.load(new Int32Array(memory), 0);
}
