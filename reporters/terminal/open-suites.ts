import type { Case } from '../../src/plan/case.ts';
import { groupBy } from '../../src/report/group-by.ts';

/** Knows which suites still have cases to be judged. */
export class OpenSuites {
  readonly #open = new Map<string, Set<string>>();
  readonly #suiteOf = new Map<string, string>();

  constructor(cases: readonly Case[]) {
    for (const [suite, members] of groupBy(cases, c => c.suite)) {
      this.#open.set(suite, new Set(members.map(({ id }) => id)));
      for (const { id } of members) this.#suiteOf.set(id, suite);
    }
  }

  /** Takes a case off; answers the name of its suite when that was the suite's last one. */
  take(id: string): string | undefined {
    const suite = this.#suiteOf.get(id);
    if (suite === undefined) return undefined;
    const open = this.#open.get(suite);
    return open?.delete(id) && open.size === 0 ? suite : undefined;
  }
}
