/** `required`: the published contract. `advisory`: what every known Nova does, unpublished. `informative`: never a failure. */
export type Level = 'required' | 'advisory' | 'informative';

export const levels: readonly Level[] = ['required', 'advisory', 'informative'];
