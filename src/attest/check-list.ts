/** What is looked at, in this order. */
export const checkNames = [
  'envelope',
  'signature',
  'payload type',
  'statement',
  'files',
  'digests',
  'profile',
  'runs',
  'result',
  'page',
  'evidence',
] as const;

/** One of them. */
export type CheckName = (typeof checkNames)[number];

/** One thing that was looked at; `reasons`: why it is refused. What stands on a refused one is not looked at. */
export interface Check {
  name: CheckName;
  outcome: 'ok' | 'refused' | 'not looked at';
  reasons: string[];
}

/** What was looked at so far. */
export class CheckList {
  private readonly looked = new Map<CheckName, string[]>();

  /** Notes a check that was made, and says whether nothing speaks against it. */
  note(name: CheckName, reasons: readonly string[]): boolean {
    this.looked.set(name, [...(this.looked.get(name) ?? []), ...reasons]);
    return this.looked.get(name)?.length === 0;
  }

  /** What a check reads; null, and noted as refused, where that throws. */
  async read<T>(name: CheckName, work: () => T | Promise<T>): Promise<T | null> {
    try {
      const value = await work();
      this.note(name, []);
      return value;
    } catch (error) {
      this.note(name, [error instanceof Error ? error.message : String(error)]);
      return null;
    }
  }

  /** All checks, also those that were not made. */
  all(): Check[] {
    return checkNames.map(name => {
      const reasons = this.looked.get(name);
      if (reasons === undefined) return { name, outcome: 'not looked at', reasons: [] };
      return { name, outcome: reasons.length === 0 ? 'ok' : 'refused', reasons };
    });
  }
}
