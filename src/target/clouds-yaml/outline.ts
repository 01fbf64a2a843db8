import { type Document, isAlias, isMap, isNode, isScalar, isSeq } from 'yaml';

/** A node of a wrong kind. */
export interface Misfit {
  /** Position in the file, in characters. */
  offset: number;
  what: string;
  expected: string;
}

const mapping = 'a mapping (lines of key: value)';

/** The first node of a clouds file that is not what its place demands; null values count as absent. */
export function findMisfit(document: Document, root: string): Misfit | undefined {
  const resolve = (node: unknown): unknown => (isAlias(node) ? node.resolve(document) : node);
  const pairs = (node: unknown): [string, unknown][] => {
    const map = resolve(node);
    return isMap(map) ? map.items.map(({ key, value }) => [isScalar(key) ? String(key.value) : '', value]) : [];
  };
  const check = (node: unknown, what: string, test: (node: unknown) => boolean, expected: string): Misfit[] => {
    const found = resolve(node);
    const absent = found === undefined || found === null || (isScalar(found) && found.value === null);
    if (absent || test(found)) return [];
    return [{ offset: (isNode(node) ? node.range?.[0] : undefined) ?? 0, what, expected }];
  };

  const clouds = isMap(document.contents) ? document.contents.get(root, true) : undefined;
  const misfits = [
    ...check(document.contents, 'the file', isMap, mapping),
    ...check(clouds, root, isMap, mapping),
    ...pairs(clouds).flatMap(([name, cloud]) => [
      ...check(cloud, `${root}.${name}`, isMap, mapping),
      ...pairs(cloud).flatMap(([key, value]) => {
        const what = `${root}.${name}.${key}`;
        if (key === 'regions') return check(value, what, isSeq, 'a list of names, or of mappings with name and values');
        if (key !== 'auth') return [];
        return [
          ...check(value, what, isMap, mapping),
          // `password: no` is a boolean in YAML; Keystone would say something obscure about it.
          ...pairs(value).flatMap(([option, setting]) =>
            check(setting, `${what}.${option}`, isTextOrList, 'text (put it in quotes)'),
          ),
        ];
      }),
    ]),
  ];
  return misfits[0];
}

function isTextOrList(node: unknown): boolean {
  return isScalar(node) ? typeof node.value === 'string' : isSeq(node);
}
