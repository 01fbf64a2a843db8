import { homedir } from 'node:os';
import { join } from 'node:path';

/** The kinds of files that describe clouds. */
export type FileKind = 'clouds' | 'secure' | 'clouds-public';

/** Where a kind of file may be, first wins, as openstacksdk looks for it (openstack/config/loader.py). */
export function searchPath(kind: FileKind, env: NodeJS.ProcessEnv, cwd: string): string[] {
  const named = { clouds: env.OS_CLIENT_CONFIG_FILE, secure: env.OS_CLIENT_SECURE_FILE, 'clouds-public': undefined }[
    kind
  ];
  const folders = [cwd, ...configFolders(env)];
  const files = folders.flatMap(folder => ['.yaml', '.yml', '.json'].map(suffix => join(folder, `${kind}${suffix}`)));
  return [...new Set([...(named ? [named] : []), ...files])];
}

/** The home folder by the given environment. */
export function homeFolder(env: NodeJS.ProcessEnv): string {
  return env.HOME ?? env.USERPROFILE ?? homedir();
}

/** The path with a leading `~` replaced. */
export function expandHome(path: string, env: NodeJS.ProcessEnv): string {
  return path === '~' || path.startsWith('~/') ? join(homeFolder(env), path.slice(1)) : path;
}

/** The folders of platformdirs, then those of UNIX. */
function configFolders(env: NodeJS.ProcessEnv): string[] {
  const home = homeFolder(env);
  const unix = join(env.SNAP_REAL_HOME ?? home, '.config', 'openstack');
  if (process.platform === 'darwin') {
    const library = join('Library', 'Application Support', 'openstack');
    return [join(home, library), unix, join('/', library), '/etc/openstack'];
  }
  if (process.platform === 'win32') {
    const local = env.LOCALAPPDATA ?? join(home, 'AppData', 'Local');
    const program = env.ProgramData ?? 'C:\\ProgramData';
    return [join(local, 'OpenStack', 'openstack'), unix, join(program, 'OpenStack', 'openstack'), '/etc/openstack'];
  }
  const site = (env.XDG_CONFIG_DIRS || '/etc/xdg').split(':').map(folder => join(folder, 'openstack'));
  return [join(env.XDG_CONFIG_HOME || join(home, '.config'), 'openstack'), unix, ...site, '/etc/openstack'];
}
