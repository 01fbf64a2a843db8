import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { curlLine } from '../../src/report/curl.ts';
import { makeExchange } from './make-report.ts';

/** What curl would be called with, if a shell ran the line. */
function argumentsOf(line: string): string[] {
  const script = `curl() { printf '%s\\0' "$@"; }\n${line}`;
  const output = execFileSync('bash', ['--norc', '-c', script], {
    env: { OS_TOKEN: 'secret token', PATH: '/usr/bin:/bin' },
  });
  return output.toString().split('\0').slice(0, -1);
}

test('the request, with the token of the shell and without what curl sets by itself', () => {
  const exchange = makeExchange();
  const words = argumentsOf(curlLine(exchange));
  expect(words.slice(0, 6)).toEqual(['-sS', '-i', '--globoff', '-X', 'POST', exchange.request.url]);
  expect(words.slice(6)).toEqual([
    '-H',
    'Content-Type: application/json',
    '-H',
    'X-Auth-Token: secret token',
    '-H',
    'OpenStack-API-Version: compute 2.79',
    '--data-raw',
    exchange.request.body,
  ]);
});

test('a token that no Keystone issued is not replaced by a good one', () => {
  const words = argumentsOf(curlLine(makeExchange(), 'invalid'));
  expect(words).toContain('X-Auth-Token: made-up-token');
  expect(words).not.toContain('X-Auth-Token: secret token');
});

test('a request without a token goes without one again', () => {
  expect(curlLine(makeExchange({ headers: {} }), 'none')).not.toContain('oken');
});

test('curl adds no content type of its own to a body that went without one', () => {
  expect(argumentsOf(curlLine(makeExchange({ headers: {} })))).toContain('Content-Type:');
});

test.each([
  `it's "quoted" $HOME \`date\` $(date) \\ !x`,
  'two\nlines\tand\u0001\u001B[0m é ￿ \\n',
  "' \n '",
  '',
  '{"device":"/dev/vdb;rm -rf /"}',
])('a shell passes on byte for byte: %j', body => {
  const url = "http://127.0.0.1/a?b=[1]&c={x}'$(id)";
  const line = curlLine(makeExchange({ body, url }));
  expect(line).not.toContain('\n');
  const words = argumentsOf(line);
  expect(words).toContain(url);
  expect(words.at(-1)).toBe(body);
});
