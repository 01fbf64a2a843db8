/** Collects values that are the same again and again, and gives each of them one number, from 0. */
export class Dictionary<T> {
  readonly values: T[] = [];
  private readonly numbers = new Map<string, number>();

  /** The number of a value; -1 for undefined. */
  numberOf(value: T | undefined): number {
    if (value === undefined) return -1;
    const key = JSON.stringify(value);
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    this.numbers.set(key, this.values.length);
    return this.values.push(value) - 1;
  }
}
