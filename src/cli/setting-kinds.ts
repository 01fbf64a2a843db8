import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../root.ts';

/** What a setting is, however it is written. */
export type SettingKind = 'text' | 'number' | 'flag' | 'list' | 'map';

/** File of the published schema of a configuration, in `schemas/`. */
export const configurationSchema = 'config.schema.json';

interface Described {
  $ref?: string;
  anyOf?: Described[];
  type?: string | string[];
}

/** What a configuration may say: the name of each setting, and what it is. */
export function settingKinds(): Map<string, SettingKind> {
  const text = readFileSync(join(packageRoot, 'schemas', configurationSchema), 'utf8');
  const { properties, $defs } = JSON.parse(text) as Record<'properties' | '$defs', Record<string, Described>>;
  const kindOf = ({ $ref, anyOf, type }: Described): SettingKind => {
    if ($ref !== undefined) return kindOf($defs[$ref.replace('#/$defs/', '')] ?? {});
    // A number that the environment gives is a text in the file.
    if (anyOf?.[0]) return kindOf(anyOf[0]);
    return (typeof type === 'string' ? kinds[type] : undefined) ?? 'text';
  };
  const settings = Object.entries(properties).filter(([name]) => name !== 'profiles');
  return new Map(settings.map(([name, described]) => [name, kindOf(described)]));
}

const kinds: Record<string, SettingKind> = {
  array: 'list',
  object: 'map',
  boolean: 'flag',
  integer: 'number',
  number: 'number',
};
