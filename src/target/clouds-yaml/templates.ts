import { TargetError } from '../errors.ts';
import { type Mapping, mappingAt, stringAt } from '../json.ts';

/** Replaces `{region_name}` and the like in the settings that hold URLs. @throws TargetError `config` for an unknown name */
export function expandTemplates(settings: Mapping, where: string): Mapping {
  const expand = (key: string, value: unknown): unknown => {
    if (typeof value !== 'string' || !/(?:^|_)(?:auth_url|endpoint|endpoint_override)$/.test(key)) return value;
    return value.replace(/\{(\w+)\}/g, (_, name: string) => {
      const found = stringAt(settings, name);
      if (found === undefined)
        throw new TargetError('config', `${where}: ${key} refers to {${name}}, which is not set`);
      return found;
    });
  };
  const expandAll = (mapping: Mapping): Mapping =>
    Object.fromEntries(Object.entries(mapping).map(([key, value]) => [key, expand(key, value)]));
  return { ...expandAll(settings), auth: expandAll(mappingAt(settings, 'auth')) };
}
