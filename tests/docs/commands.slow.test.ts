import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Cloud, startCloud } from '../../cloud/cloud.ts';
import { main, scrubbed, startProcess, temporaryFolder } from '../cli/command.ts';
import { har, listEntry } from '../traffic/entries.ts';

const root = new URL('../../', import.meta.url).pathname;

interface Block {
  file: string;
  /** The lines of one `sh` block. */
  lines: string[];
}

/** Every `sh` block of the README and of the documents. */
function blocks(): Block[] {
  const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' });
  const files = [
    'README.md',
    'CONTRIBUTING.md',
    ...docs.filter(name => name.endsWith('.md')).map(name => `docs/${name}`),
  ];
  return files.flatMap(file =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/^```sh\n(.*?)^```/gms)].map(([, text = '']) => ({
      file,
      lines: text.split('\n').filter(line => line !== ''),
    })),
  );
}

/** Lines that install, that CI runs as they are, or that need what no test has (a real Nova). */
const elsewhere = /^npm |VENDOR/;
/** Runs of the whole plan, and runs at all boundaries: judged whole by other tests, here only as commands. */
const wholeRun = /^npx novaspec run (?!.*--(suite|rule|case))/;
const allBoundaries = /^npx novaspec run (?!.*--(microversions|case))/;

let cloud: Cloud;

beforeAll(async () => {
  cloud = await startCloud({ delay: 'none' });
  return () => cloud.stop();
});

/** DevStack's names of users who are what some of the embedded cloud's are. */
const devstack: Record<string, string> = { '': '', '-reader': '-reader', '-other': '-alt-member', '-admin': '-admin' };

/** A folder with recorded traffic, and a clouds.yaml in which the documents' example clouds are users of the embedded cloud. */
async function workplace(): Promise<{ folder: string; env: Record<string, string> }> {
  const folder = temporaryFolder();
  const own = cloud.cloudsYaml();
  const yaml = own.replaceAll(/^( +)novaspec(-\w+)?:/gm, '$1mycloud$2:');
  const stacked = own.replaceAll(
    /^( +)novaspec(-\w+)?:/gm,
    (_, space: string, who = '') => `${space}${who in devstack ? `devstack${devstack[who]}` : `unused${who}`}:`,
  );
  writeFileSync(join(folder, 'clouds.yaml'), yaml + stacked.replace(/^clouds:\n/, ''));
  writeFileSync(join(folder, 'traffic.har'), har([listEntry()]));
  const password = /mycloud:.*?password: "?([^"\n]+)/s.exec(yaml)?.[1];
  const user = { name: /mycloud:.*?username: "?([^"\n]+)/s.exec(yaml)?.[1], domain: { id: 'default' }, password };
  const scope = { project: { name: 'demo', domain: { id: 'default' } } };
  const auth = { identity: { methods: ['password'], password: { user } }, scope };
  const answer = await fetch(`${cloud.url}/identity/v3/auth/tokens`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ auth }),
  });
  const { token } = (await answer.json()) as { token: { project: { id: string } } };
  const env = {
    OS_TOKEN: answer.headers.get('x-subject-token') ?? '',
    COMPUTE: `${cloud.url}/compute/v2.1`,
    VOLUME: `${cloud.url}/volume/v3/${token.project.id}`,
  };
  return { folder, env };
}

/** The line as a test can run it: our command for npx, the embedded cloud for the example hosts, any free port, few histories, no fault judged by every rule. */
function runnable(line: string): string {
  const oneSuite = wholeRun.test(line) ? `${line} --suite headers` : line;
  const shortened = allBoundaries.test(line) ? `${oneSuite} --microversions latest` : oneSuite;
  return shortened
    .replace(/^npx novaspec/, `exec "${process.execPath}" "${main}"`)
    .replace(/https:\/\/nova\.example\.org\S*/, '$COMPUTE')
    .replace(/https:\/\/cinder\.example\.org\S*/, '$VOLUME')
    .replace(/ &$/, '')
    .replace('--whole all', '--whole 0')
    .replace('--port 8774', '--port 0')
    .replace(/--runs \d+/, '--runs 1')
    .replaceAll('http://127.0.0.1:8774', cloud.url)
    .replace(/--explore \d+/, '--explore 1');
}

describe('the commands of the documents work', () => {
  test.each(blocks().map(({ file, lines }) => ({ name: `${file}: ${lines[0]}`, lines })))(
    '$name',
    // Several runs, one after the other, on a machine that other tests keep busy.
    { timeout: 240_000 },
    async ({ lines }) => {
      const { folder, env } = await workplace();
      for (const line of lines.filter(each => !elsewhere.test(each))) {
        const { child, ended, says } = startProcess(
          '/bin/bash',
          ['--norc', '-c', `exec 2>&1; ${runnable(line)}`],
          folder,
          {
            ...scrubbed(folder, env),
          },
        );
        onTestFinished(() => void child.kill('SIGKILL'));
        if (line.startsWith('npx novaspec cloud')) {
          await says('clouds:');
          // One in the background is there for the lines below it.
          if (!line.endsWith('&')) child.kill('SIGTERM');
          continue;
        }
        const { code, stdout } = await ended;
        expect({ line, code, stdout: code === 0 ? '' : stdout }).toEqual({ line, code: 0, stdout: '' });
      }
    },
  );
});
