import { expect, test } from 'vitest';
import { attachIn, openSurvivalBench, verdictsOf } from './bench.ts';

/** A cloud with a trouble, and how a run on it ends. */
export interface Survival {
  /** The situations that servers are to be brought into. */
  situations: string[];
  options?: string[];
  code: 0 | 4 | 5;
  /** Those that could not be judged, with the cause; all others pass. */
  errors?: Record<string, RegExp>;
  /** A cause by which any case may be hit, as the case's own request is not sent twice. */
  may?: RegExp;
  /** What the clean-up says of what it had to leave. */
  left?: RegExp;
  /** How many servers and volumes are made at most. */
  made: number;
}

/** One test for each trouble of a table. */
export function testSurvivals(table: Readonly<Record<string, Survival>>): void {
  test.each(Object.entries(table))(
    '%s',
    async (trouble, { situations, options = [], code, errors, may, left, made }) => {
      const bench = await openSurvivalBench({ troubles: [trouble] });
      const { report } = await bench.run(['--wait', '2', ...attachIn(...situations), ...options]);
      expect(verdictsOf(report)).toEqual({
        ...Object.fromEntries(situations.map(each => [each, may ? expect.stringMatching(may) : 'pass'])),
        ...Object.fromEntries(
          Object.entries(errors ?? {}).map(([each, cause]) => [each, expect.stringMatching(cause)]),
        ),
      });
      expect(report.complete).toBe(true);
      expect(report.ledger.created).toBeLessThanOrEqual(made);
      if (left) {
        expect(report.leftovers).toContainEqual(expect.objectContaining({ why: expect.stringMatching(left) }));
        expect(report.leftovers.map(({ name }) => name).toSorted()).toEqual((await bench.left()).toSorted());
      } else {
        expect(report.leftovers).toEqual([]);
        expect(await bench.left()).toEqual([]);
      }
      await bench.expectStrangers();
      const hit = report.cases.some(({ verdict }) => verdict === 'error');
      expect(report.exitCode).toBe(may && hit ? 4 : code);
    },
  );
}
