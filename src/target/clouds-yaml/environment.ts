import type { Mapping } from '../json.ts';

/** Variables that select or find a cloud but do not describe one. */
const selectors = new Set([
  'OS_CLOUD',
  'OS_REGION_NAME',
  'OS_CLIENT_CONFIG_FILE',
  'OS_CLIENT_SECURE_FILE',
  'OS_CLOUD_NAME',
]);

/** Name of the cloud that the OS_* variables describe. */
export function environmentCloudName(env: NodeJS.ProcessEnv): string {
  return env.OS_CLOUD_NAME || 'envvars';
}

/** The cloud that the OS_* variables describe; null unless one of them is more than a selector. Empty ones do not count. */
export function environmentCloud(env: NodeJS.ProcessEnv): Mapping | null {
  const names = Object.keys(env).filter(name => /^OS_(?!TEST|STD|LOG)/.test(name) && env[name]);
  if (names.every(name => selectors.has(name))) return null;
  // OS_CLOUD would read as the outdated key `cloud`, which names a profile.
  const described = names.filter(name => name !== 'OS_CLOUD');
  return Object.fromEntries(described.map(name => [name.slice('OS_'.length).toLowerCase(), env[name]]));
}
