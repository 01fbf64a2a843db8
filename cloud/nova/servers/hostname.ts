/** The longest name of a host that Nova gives. */
const LONGEST = 63;

/** The host name that Nova makes of a server's name (`nova/utils.py@34`, `sanitize_hostname`). */
export function hostnameOf(name: string, serverId: string): string {
  const clean = name
    .replaceAll(/[ _]/g, '-')
    .replaceAll(/[^\w.-]+/g, '')
    .toLowerCase()
    .replaceAll(/^[.-]+|[.-]+$/g, '')
    .slice(0, LONGEST);
  return clean === '' ? `server-${serverId}` : clean;
}
