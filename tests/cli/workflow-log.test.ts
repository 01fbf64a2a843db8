import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { terminalReporter } from '../../reporters/terminal.ts';
import { withoutCommands } from '../../src/cli/workflow-log.ts';
import { makeCase, makeExchange, makeFailure, makeRun } from '../report/make-report.ts';

test('an answer gives no commands to the runner of GitHub Actions', () => {
  const body = 'no JSON\n::error::mine\n  ::add-mask::x\r\n::stop-commands::y ##[error]mine\nfar more';
  const failed = makeCase();
  const result = makeFailure(failed.id, { exchanges: [makeExchange({}, { body })] });
  const report = makeRun([[failed, result]]);
  const written = new PassThrough({ encoding: 'utf8' });
  const screen = withoutCommands(written as unknown as NodeJS.WriteStream);
  const terminal = terminalReporter({ stream: screen, live: null, color: false, columns: 40 });
  terminal.started?.(report);
  terminal.judged?.(result, report);
  terminal.finished?.(report);
  const text = String(written.read());
  // All of it is there, and nothing of it is what the runner looks for.
  expect(text).toMatch(/: :error::mine\n.*: :add-mask::x\n.*: :stop-commands::y # #\[error\]mine\n.*far more/);
  expect(text).not.toMatch(/^\s*::|##\[/m);
});
