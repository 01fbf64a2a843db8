/** The headers of Nova's answers. */
export interface HeaderRules {
  /** Names of the headers that carry the version, each with what stands before the number. */
  version: [name: string, prefix: string][];
  /** One Vary line for each. */
  vary: string[];
  /** Names of the headers that carry the request id. */
  requestId: string[];
  /** Content type of an answer with a JSON body. */
  json: string;
  /** Content type of an answer without a body; `create` is the asynchronous attach. */
  empty: { create: string; update: string; delete: string };
  /** Content type of a refusal. */
  error: string;
  /** Whether a JSON answer takes on Nova's own media type where `Accept` asks for it. */
  vendorType: boolean;
}

/** The headers of the real Nova. */
export function createHeaderRules(): HeaderRules {
  return {
    version: [
      ['OpenStack-API-Version', 'compute '],
      ['X-OpenStack-Nova-API-Version', ''],
    ],
    vary: ['OpenStack-API-Version', 'X-OpenStack-Nova-API-Version'],
    requestId: ['x-openstack-request-id', 'x-compute-request-id'],
    json: 'application/json',
    // webob's default shows through where the asynchronous attach answers with nothing at all.
    empty: { create: 'text/html; charset=UTF-8', update: 'application/json', delete: 'application/json' },
    error: 'application/json; charset=UTF-8',
    vendorType: true,
  };
}
