/** Quotes one argument for a POSIX shell; control characters need the `$'...'` form of bash, zsh and POSIX 2024. */
export function shellQuote(argument: string): string {
  if (/^[\w./:=@%+,-]+$/.test(argument)) return argument;
  if (!/\p{C}/u.test(argument)) return `'${argument.replaceAll("'", `'\\''`)}'`;
  const escaped = argument
    .replace(/['\\]/g, '\\$&')
    .replace(/\p{C}/gu, char =>
      Array.from(new TextEncoder().encode(char), byte => `\\${byte.toString(8).padStart(3, '0')}`).join(''),
    );
  return `$'${escaped}'`;
}
