/** A refusal that a service answers in its own envelope. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    // Nobody reads where a refusal comes from, and to find out costs as much as to look it up.
    const depth = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    super(message);
    Error.stackTraceLimit = depth;
    this.name = 'ApiError';
    this.status = status;
  }
}
