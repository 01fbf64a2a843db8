import { ApiError } from '../../http/api-error.ts';
import type { Reply } from '../../http/reply.ts';
import type { Json, JsonObject } from '../../json.ts';
import type { Address } from '../addresses.ts';
import type { Call } from '../api/call.ts';
import { novaJson } from '../api/respond.ts';
import type { Server } from '../server.ts';
import { needReader } from './server-guards.ts';

/** The addresses of a server by network, as the server shows them; it has them from the moment it has a host. */
export function addressesOf(server: Server): JsonObject {
  return byNetwork(server, ({ address, mac }) => ({
    version: 4,
    addr: address,
    'OS-EXT-IPS:type': 'fixed',
    'OS-EXT-IPS-MAC:mac_addr': mac,
  }));
}

/** Answers `GET /servers/{id}/ips`. */
export function listAddresses(call: Call): Reply {
  needReader(call, 'ips:index');
  return novaJson(call, 200, { addresses: shortAddressesOf(call.server) });
}

/** Answers `GET /servers/{id}/ips/{network}`. */
export function showAddresses(call: Call): Reply {
  needReader(call, 'ips:show');
  const network = call.exchange.params.network ?? '';
  const found = shortAddressesOf(call.server)[network];
  if (found === undefined) throw new ApiError(404, 'Instance is not a member of specified network');
  return novaJson(call, 200, { [network]: found });
}

/** The addresses alone. */
export function shortAddressesOf(server: Server): JsonObject {
  return byNetwork(server, ({ address }) => ({ version: 4, addr: address }));
}

function byNetwork({ network, launchedAt, host }: Server, view: (address: Address) => Json): JsonObject {
  // A server without a host keeps its addresses, once it has had them.
  return network === null || (host === null && launchedAt === null) ? {} : { [network.network]: [view(network)] };
}
