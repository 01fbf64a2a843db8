/** Whether a server or volume need not exist. */
export function isImaginary(name: string | undefined): boolean {
  return name === undefined || name === 'unknown' || name === 'malformed';
}

/** Situations of volumes that a volume of the user may be brought into. */
export const lendableVolumes: readonly string[] = [
  'available',
  'attached',
  'attached_tagged',
  'attached_many',
  'attached_elsewhere',
];
