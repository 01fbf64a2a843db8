/**
 * Orders two microversions as (major, minor) integers, because `2.9 < 2.20 < 2.101`.
 * Negative: `a` is the older one; zero: they are the same; positive: `b` is the older one.
 */
export function compareMicroversions(a: string, b: string): number {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number);
  const [majorB = 0, minorB = 0] = b.split('.').map(Number);
  return majorA - majorB || minorA - minorB;
}

/** True for `MAJOR.MINOR` in decimal digits without leading zeros. */
export function isMicroversion(text: string): boolean {
  return /^[1-9]\d*\.(0|[1-9]\d*)$/.test(text);
}

/** The microversion `steps` minor numbers away; never below `.0`. */
export function stepMicroversion(version: string, steps: number): string {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return `${major}.${Math.max(0, minor + steps)}`;
}

/** Whether `version` satisfies a bound such as `<2.96` or `>=2.95`. Throws on any other form. */
export function satisfiesBound(version: string, bound: string): boolean {
  const [, operator = '', limit = ''] = /^(<|<=|>|>=)(\d+\.\d+)$/.exec(bound) ?? [];
  const order = compareMicroversions(version, limit);
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    default:
      throw new Error(`'${bound}' is not a bound such as '<2.96' or '>=2.95'`);
  }
}
