import { newHexId, newSecret } from '../ids.ts';

/** A project of the cloud. */
export interface Project {
  readonly id: string;
  readonly name: string;
}

/** A user, with the roles it has in its one project; implied roles are listed. */
export interface User {
  readonly id: string;
  readonly name: string;
  readonly password: string;
  readonly project: Project;
  readonly roles: readonly string[];
  /** Name in clouds.yaml. */
  readonly cloud: string;
}

/** The people of one cloud. */
export interface Identities {
  readonly projects: readonly Project[];
  readonly users: readonly User[];
  /** Role name to id. */
  readonly roles: ReadonlyMap<string, string>;
}

/** Who exists: name in clouds.yaml, user name, project, roles. */
const people = [
  { cloud: 'novaspec', name: 'member', project: 'demo', roles: ['member', 'reader'] },
  { cloud: 'novaspec-admin', name: 'admin', project: 'admin', roles: ['admin', 'manager', 'member', 'reader'] },
  { cloud: 'novaspec-reader', name: 'reader', project: 'demo', roles: ['reader'] },
  { cloud: 'novaspec-other', name: 'other', project: 'alt', roles: ['member', 'reader'] },
  { cloud: 'novaspec-manager', name: 'manager', project: 'demo', roles: ['manager', 'member', 'reader'] },
  { cloud: 'novaspec-service', name: 'service', project: 'demo', roles: ['service'] },
] as const;

/** Makes the people of a fresh cloud, each with a random password. */
export function createIdentities(): Identities {
  const projects = ['demo', 'admin', 'alt'].map(name => ({ id: newHexId(), name }));
  const users = people.map(({ cloud, name, project, roles }) => {
    const home = projects.find(candidate => candidate.name === project);
    if (home === undefined) throw new Error(`no project ${project}`);
    return { id: newHexId(), name, password: newSecret(18), project: home, roles, cloud };
  });
  const roles = new Map(['admin', 'manager', 'member', 'reader', 'service'].map(name => [name, newHexId()]));
  return { projects, users, roles };
}
