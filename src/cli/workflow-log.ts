/**
 * A stream for people in the log of GitHub Actions, where a line that begins with `::`, or holds `##[`, is a command to the runner: no
 * cloud may give one by what it answers.
 */
export function withoutCommands(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  const write = (text: string, ...rest: [((error?: Error | null) => void)?]) =>
    stream.write(text.replaceAll(/^(\s*)::/gm, '$1: :').replaceAll('##[', '# #['), ...rest);
  return Object.create(stream, { write: { value: write } }) as NodeJS.WriteStream;
}
