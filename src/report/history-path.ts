/** Where a file about a failed history stands, below the folder of the run. */
export function historyPath(id: string, extension: 'json' | 'sh'): string {
  return `histories/${id.replaceAll(/[^\w.@]+/g, '-')}.${extension}`;
}
