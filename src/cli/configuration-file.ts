import { type CheckedYaml, readCheckedYaml, type YamlPath } from '../report/checked-yaml.ts';
import { configurationSchema } from './setting-kinds.ts';
import type { Place, Setting, Word } from './settings.ts';
import { asUsage, UsageError } from './usage-error.ts';

type Value = string | number | boolean | string[] | Record<string, string>;

type Mapping = Record<string, Value>;

type Content = (Mapping & { profiles?: Record<string, Mapping | null> }) | null;

/** A configuration file that was read. */
export interface ConfigurationFile {
  /** What the profile says, and what all of them have in common. */
  places: Place[];
  /** The names of all profiles. */
  profiles: string[];
}

/**
 * Reads a configuration file, with what the environment gives for `${NAME}`.
 * @throws UsageError with one line: `FILE:LINE: what is wrong`
 */
export function readConfiguration(
  file: string,
  profile: string | undefined,
  env: NodeJS.ProcessEnv,
): ConfigurationFile {
  const yaml = asUsage(() => readCheckedYaml<Content>(file, configurationSchema));
  const { profiles = {}, ...common } = yaml.data ?? {};
  const chosen = profile === undefined ? undefined : Object.hasOwn(profiles, profile) ? (profiles[profile] ?? {}) : {};
  return {
    profiles: Object.keys(profiles),
    places: [
      ...(chosen === undefined
        ? []
        : [placeOf(yaml, chosen, ['profiles', profile ?? ''], ` (profile ${profile})`, env)]),
      placeOf(yaml, common, [], '', env),
    ],
  };
}

function placeOf(
  yaml: CheckedYaml<Content>,
  settings: Mapping,
  base: YamlPath,
  note: string,
  env: NodeJS.ProcessEnv,
): Place {
  const place = new Map<string, Setting>();
  for (const [name, value] of Object.entries(settings)) {
    const path = [...base, name];
    const word = (place: YamlPath, key = ''): Word[] => {
      const text = expanded(yaml.text(place), yaml.at(place), env);
      return text === '' ? [] : [{ text: key + text, label: `${yaml.at(place)}: ${name}` }];
    };
    const words =
      typeof value !== 'object'
        ? word(path)
        : Array.isArray(value)
          ? value.flatMap((_, index) => word([...path, index]))
          : Object.keys(value).flatMap(key => word([...path, key], `${key}=`));
    // What the environment leaves empty is not there; a list can be empty.
    if (words.length > 0 || typeof value === 'object') {
      place.set(name, { words, source: 'config', from: `${yaml.at(path)}${note}` });
    }
  }
  return place;
}

/** Stands for `${`; a variable; what begins as one and is none. */
const reference = /\$\$\{|\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}|\$\{/g;

/** A text with the values of its variables; empty ones do not count. @throws UsageError */
function expanded(text: string, where: string, env: NodeJS.ProcessEnv): string {
  return text.replace(reference, (found, name: string | undefined, fallback: string | undefined) => {
    if (found === '$${') return '${';
    if (name === undefined) {
      throw new UsageError(
        `${where}: a \${ begins no \${NAME} and no \${NAME:-DEFAULT}; where it means itself, write $\${`,
      );
    }
    const value = env[name] || fallback;
    if (value === undefined) {
      throw new UsageError(`${where}: ${name} is not set in the environment; \${${name}:-DEFAULT} gives it a default`);
    }
    return value;
  });
}
