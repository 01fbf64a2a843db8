import { isMapping, parseJson } from '../target/json.ts';
import type { Recorded } from './recorded.ts';
import type { Route } from './route.ts';

/** As Nova writes them; answers may echo other spellings, or translate them. */
const canonical = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What an exchange tells of the placeholders of rules: `server_id`, and `volume_id` from the path or from the body of an attach. */
export function valuesOf({ exchange, known }: Recorded, { serverId, volumeId }: Route): Record<string, string> {
  const volume = volumeId ?? (known.requestBody ? volumeIn(exchange.request.body) : undefined);
  return {
    ...(canonical.test(serverId) ? { server_id: serverId } : {}),
    ...(volume !== undefined && canonical.test(volume) ? { volume_id: volume } : {}),
  };
}

function volumeIn(body: string | undefined): string | undefined {
  const json = body === undefined ? undefined : parseJson(body);
  const [wish] = isMapping(json) ? Object.values(json) : [];
  return isMapping(wish) && typeof wish.volumeId === 'string' ? wish.volumeId : undefined;
}
