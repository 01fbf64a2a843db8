import type { Contract } from '../contract/contract.ts';
import type { Case, Expectation } from '../plan/case.ts';
import type { Deviation } from './verdict.ts';

/** Compares keys and types of a body with its sample's; a list is compared by the union of its items. */
export function judgeSample(
  one: Pick<Case, 'microversion' | 'level'> & { expect: Pick<Expectation, 'sample'> },
  body: unknown,
  contract: Contract,
): Deviation[] {
  const name = one.expect.sample ?? '';
  const sample = shapeOf(contract.sampleAt(one.microversion, name));
  const received = shapeOf(body);
  const pointers = [...new Set([...sample.keys(), ...received.keys()])];
  return pointers.flatMap(pointer => {
    const wanted = sample.get(pointer);
    const found = received.get(pointer);
    if (wanted && found && [...found].every(type => wanted.has(type))) return [];
    return [
      {
        what: `sample ${name} ${pointer === '' ? '/' : pointer}`,
        expected: wanted ? [...wanted].join(' or ') : 'no such key',
        received: found ? [...found].join(' or ') : 'absent',
        level: one.level,
      },
    ];
  });
}

/** JSON pointer (with `*` for any index) -> types seen there. */
function shapeOf(value: unknown): Map<string, Set<string>> {
  const shape = new Map<string, Set<string>>();
  const visit = (current: unknown, pointer: string) => {
    const type = current === null ? 'null' : Array.isArray(current) ? 'array' : typeof current;
    shape.set(pointer, (shape.get(pointer) ?? new Set()).add(type));
    if (Array.isArray(current)) for (const item of current) visit(item, `${pointer}/*`);
    else if (typeof current === 'object' && current !== null) {
      for (const [key, item] of Object.entries(current)) visit(item, `${pointer}/${key}`);
    }
  };
  visit(value, '');
  return shape;
}
