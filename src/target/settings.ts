/** What the command line says about the target; everything that is absent comes from clouds.yaml and OS_*. */
export interface TargetSettings {
  /** Compute endpoint of a bare target, with or without `/v2.1`; no Keystone is asked. */
  targetUrl?: string;
  /** Block storage endpoint, instead of the catalog's. */
  volumeUrl?: string;
  /** Token for a bare target; none: requests carry no token. */
  token?: string;
  /** Name of a cloud in clouds.yaml. */
  osCloud?: string;
  /** Persona -> name of a further cloud in clouds.yaml. */
  personas: Record<string, string>;
  /** Limit of every request, in milliseconds. */
  timeoutMs: number;
  /** Largest accepted body of an answer, in bytes, decompressed. */
  maxBodyBytes: number;
  /** Requests in flight at once, and sockets per host. */
  concurrency: number;
  /** Requests a second, at most; as many as anybody likes without it. */
  rate?: number;
  /** Accept any certificate. */
  insecure?: boolean;
  /** File with the certificates to trust. */
  cacert?: string;
  /** File with the client's certificate, and its key where `key` is absent. */
  cert?: string;
  /** File with the key of `cert`. */
  key?: string;
  /** Regular expressions of what is blacked out beside secrets, in everything that is kept. */
  redact?: string[];
}

/**
 * Whether somebody named a target: by option, `OS_CLOUD`, or OS_* that say where to authenticate. A clouds.yaml with a
 * single cloud is not enough (openstacksdk would take it): a run without any arguments must not touch a real cloud.
 */
export function targetConfigured(settings: TargetSettings, env: NodeJS.ProcessEnv): boolean {
  return Boolean(settings.targetUrl || settings.osCloud || env.OS_CLOUD || env.OS_AUTH_URL || env.OS_ENDPOINT);
}
