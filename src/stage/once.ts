/** Things that are made when they are first asked for, and then shared; a failure is shared too. */
export class Once {
  private readonly made = new Map<string, Promise<unknown>>();

  get<T>(name: string, make: () => Promise<T>): Promise<T> {
    let thing = this.made.get(name) as Promise<T> | undefined;
    if (!thing) {
      thing = make();
      this.made.set(name, thing);
    }
    return thing;
  }

  has(name: string): boolean {
    return this.made.has(name);
  }

  /** The next one who asks gets a new one. */
  forget(name: string): void {
    this.made.delete(name);
  }
}
