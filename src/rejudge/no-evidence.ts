/** What was recorded does not show what is claimed; its message says what is missing or different. */
export class NoEvidence extends Error {}
