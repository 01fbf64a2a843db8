import { closest, distance } from 'fastest-levenshtein';
import { TargetError } from '../errors.ts';
import { isMapping, type Mapping, mappingAt, stringAt } from '../json.ts';
import { environmentCloud, environmentCloudName } from './environment.ts';
import { fixUp } from './fix-ups.ts';
import { mergeCloud, mergeDeep, normalizeKeys } from './merge.ts';
import { type CloudsFile, readFirst } from './read-file.ts';
import { defaultRegion } from './regions.ts';
import { searchPath } from './search-path.ts';
import { expandTemplates } from './templates.ts';

/** One cloud with everything merged and in today's names. */
export interface Cloud {
  name: string;
  /** Where it is written, for messages: `FILE:LINE`, or the OS_* variables. */
  where: string;
  region: string | undefined;
  auth: Mapping;
  /** All settings, `auth` included. */
  settings: Mapping;
}

/** All clouds that files and environment describe. */
export interface Clouds {
  /** The cloud of that name; without one: `OS_CLOUD`, the environment's, the only one. @throws TargetError `config` */
  get(name?: string): Cloud;
}

/** Reads clouds.yaml, secure.yaml, clouds-public.yaml and OS_*. @throws TargetError `config` for a file with errors */
export function loadClouds(env: NodeJS.ProcessEnv, cwd: string): Clouds {
  const file = readFirst(searchPath('clouds', env, cwd), 'clouds');
  const secure = readFirst(searchPath('secure', env, cwd), 'clouds');
  const fromEnv = environmentCloud(env);
  const envName = environmentCloudName(env);
  const clouds = mergeDeep(mappingAt(file?.data, 'clouds'), mappingAt(secure?.data, 'clouds'));
  if (clouds[envName] !== undefined) {
    const hint = 'rename it, or set OS_CLOUD_NAME to something else';
    throw new TargetError(
      'config',
      `${whereIs(file, secure, envName)}: the cloud ${envName} has the name of the one that OS_* describe`,
      hint,
    );
  }
  if (fromEnv) clouds[envName] = fromEnv;
  const names = Object.keys(clouds);

  return {
    get(asked) {
      const name = asked ?? (env.OS_CLOUD || (fromEnv ? envName : names.length === 1 ? names[0] : undefined));
      if (name === undefined) throw noChoice(names, file);
      const own = clouds[name];
      if (!isMapping(own)) throw unknownCloud(name, names, file);
      const where = name === envName && fromEnv ? 'the OS_* variables' : whereIs(file, secure, name);
      const settings = normalizeKeys(own);
      const profile = profileOf(settings, where, env, cwd);
      const merged = mergeCloud(profile, settings);
      const region = defaultRegion(settings.regions || settings.region_name ? settings : profile, where);
      const fixed = expandTemplates(
        fixUp(normalizeKeys(mergeCloud({ ...merged, region_name: region.name }, region.values))),
        where,
      );
      return { name, where, region: region.name, auth: mappingAt(fixed, 'auth'), settings: fixed };
    },
  };
}

function whereIs(file: CloudsFile | null, secure: CloudsFile | null, cloud: string): string {
  const holder = isMapping(mappingAt(file?.data, 'clouds')[cloud]) ? file : secure;
  return holder?.where(['clouds', cloud]) ?? 'clouds.yaml';
}

/** The vendor profile of a cloud; only clouds-public.yaml is known, not the list that openstacksdk ships. */
function profileOf(settings: Mapping, where: string, env: NodeJS.ProcessEnv, cwd: string): Mapping {
  const name = stringAt(settings, 'profile') ?? stringAt(settings, 'cloud');
  if (name === undefined) return {};
  const file = readFirst(searchPath('clouds-public', env, cwd), 'public-clouds');
  const profile = mappingAt(file?.data, 'public-clouds')[name];
  if (isMapping(profile)) return normalizeKeys(profile);
  // A cloud that says everything itself needs no profile; openstacksdk only warns, too.
  if (stringAt(settings, 'auth_url') ?? stringAt(settings.auth, 'auth_url')) return {};
  const hint = 'profiles are looked for in clouds-public.yaml only; write its auth_url into the cloud';
  throw new TargetError('config', `${where}: unknown profile ${name}`, hint);
}

function noChoice(names: string[], file: CloudsFile | null): TargetError {
  if (names.length > 0) {
    return new TargetError(
      'config',
      'no cloud is chosen',
      `say --os-cloud or OS_CLOUD; ${file?.path} has ${names.join(', ')}`,
    );
  }
  return new TargetError('config', 'no cloud is configured', 'write a clouds.yaml, set OS_*, or say --target URL');
}

function unknownCloud(name: string, names: string[], file: CloudsFile | null): TargetError {
  if (names.length === 0) {
    return new TargetError('config', `no cloud ${name}: no clouds.yaml was found`, 'OS_CLIENT_CONFIG_FILE can name it');
  }
  const near = closest(name, names);
  const guess = distance(name, near) <= Math.max(2, name.length / 3) ? `did you mean ${near}? ` : '';
  return new TargetError(
    'config',
    `no cloud ${name} in ${file?.path ?? 'OS_*'}`,
    `${guess}known are ${names.join(', ')}`,
  );
}
