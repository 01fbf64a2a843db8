/**
 * Statuses by which a service, or what stands before it, says that it could not take the request (RFC 6585, 4; RFC 9110,
 * 15.6.3 to 15.6.5): they tell nothing about what it would have answered.
 */
const unavailable: readonly number[] = [429, 502, 503, 504];

/** Whether a status means: not now. */
export function isUnavailable(status: number): boolean {
  return unavailable.includes(status);
}
