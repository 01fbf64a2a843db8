import type { Proxies } from './proxies.ts';

/** The services that the suite talks to. */
export type Service = 'compute' | 'volume' | 'image' | 'network';

/** Trust and client certificate of one cloud; PEM texts, not file names, so that a worker needs no files. */
export interface Tls {
  insecure: boolean;
  ca?: string;
  cert?: string;
  key?: string;
}

/** How a persona gets a token: a prepared request to Keystone, or a token (or none) that cannot be renewed. */
export type Credentials =
  | {
      kind: 'keystone';
      /** Name of the cloud, user and project, for messages. */
      who: string;
      authUrl: string;
      /** Candidates for `…/auth/tokens`, most likely first. */
      urls: string[];
      body: unknown;
    }
  | { kind: 'fixed' };

/** One user of the target, authenticated. */
export interface ResolvedPersona {
  /** Name of its cloud in clouds.yaml; the URL of a bare target. */
  cloud: string;
  credentials: Credentials;
  token: string | null;
  /** Role names; null where no Keystone told them. */
  roles: string[] | null;
  projectId: string | null;
  userId: string | null;
  /** Without trailing slash; per persona because catalogs put the project into them. Image ends in `/v2`, network in `/v2.0`. */
  endpoints: Record<Service, string | null>;
  tls: Tls;
  /** What must not appear in evidence: password, token, secret. */
  secrets: string[];
}

/** How requests go out. */
export interface HttpSettings {
  timeoutMs: number;
  maxBodyBytes: number;
  /** Requests in flight at once, and sockets per host. */
  concurrency: number;
  /** Requests a second, at most; infinite for as many as anybody likes. */
  rate: number;
  /** How many were sent so far, by whoever has these settings. */
  sent: SharedArrayBuffer;
  /** What the environment says about proxies. */
  proxies: Proxies;
  /** Regular expressions of what is blacked out beside secrets. */
  redact: string[];
}

/** A target that was found, authenticated and asked for its microversions; plain data that crosses to a worker thread. Holds credentials: never write or print it. */
export interface ResolvedTarget {
  /** The cloud's name, or the URL of a bare target. */
  name: string;
  /** `member` is the main one. */
  personas: Record<string, ResolvedPersona>;
  /** Endpoint of `member` and the microversions that it offers, as `X.Y`. */
  compute: { url: string; min: string; max: string };
  volume: { url: string } | null;
  image: { url: string } | null;
  network: { url: string } | null;
  http: HttpSettings;
  /** Remarks about how the target was found, worth one line each. */
  notes: string[];
}
