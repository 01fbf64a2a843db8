import type { Identities } from './keystone/identities.ts';

/** The clouds.yaml of a cloud: one entry for each user, with password authentication. */
export function cloudsYaml(url: string, { users }: Identities): string {
  const entries = users.map(({ cloud, name, password, project }) =>
    [
      `  ${cloud}:`,
      '    auth:',
      `      auth_url: ${url}/identity/v3`,
      `      username: ${name}`,
      `      password: "${password}"`,
      `      project_name: ${project.name}`,
      '      user_domain_id: default',
      '      project_domain_id: default',
      '    auth_type: password',
      '    region_name: RegionOne',
      '    interface: public',
      '    identity_api_version: "3"',
      // Without it the SDK looks for addresses that float, also where nobody offers them.
      '    floating_ip_source: none',
      '',
    ].join('\n'),
  );
  return `clouds:\n${entries.join('')}`;
}
