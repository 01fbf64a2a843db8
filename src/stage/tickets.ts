/** A fixed number of tickets; whoever needs several gets them all at once, in the order of asking, so that nobody waits half served. */
export class Tickets {
  private readonly capacity: number;
  private left: number;
  private readonly queue: { count: number; serve: () => void }[] = [];

  constructor(capacity: number) {
    this.capacity = capacity;
    this.left = capacity;
  }

  /** Waits for tickets; gives the function that returns them. */
  async take(wanted: number): Promise<() => void> {
    const count = Math.min(wanted, this.capacity);
    if (count > 0 && (this.queue.length > 0 || count > this.left)) {
      await new Promise<void>(serve => this.queue.push({ count, serve }));
    } else this.left -= count;
    let returned = false;
    return () => {
      if (returned) return;
      returned = true;
      this.left += count;
      this.serve();
    };
  }

  private serve(): void {
    for (let next = this.queue[0]; next && next.count <= this.left; next = this.queue[0]) {
      this.queue.shift();
      this.left -= next.count;
      next.serve();
    }
  }
}
