import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { reportIn, startProcess, temporaryFolder } from '../cli/command.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A network of its own; whatever runs in it ends with it. */
const alone = ['--net', '--pid', '--fork', '--kill-child', '--mount-proc'];

/** What is missing here for a network of one's own that has a loopback and nothing else, and for a look at every connection. */
const missing = [
  ['unshare', ...alone, 'ip', 'link', 'set', 'lo', 'up'],
  ['strace', '--version'],
].find(([file = '', ...args]) => spawnSync(file, args).status !== 0);

/** Runs as root of its own network; addresses of documentation lead nowhere, and would be seen. */
const script = `set -e
ip link set lo up
npm install --offline --no-audit --no-fund ./novaspec.tgz
npx --no-install novaspec --version
export http_proxy=http://192.0.2.1:3128 https_proxy=http://192.0.2.1:3128
exec strace -f --seccomp-bpf -qq -e trace=connect,sendto,sendmsg -o connections \\
  node_modules/.bin/novaspec run --suite headers --microversions latest --out out
`;

test.skipIf(missing)(
  'one archive installs and judges where there is no network, and looks for none',
  async () => {
    const folder = temporaryFolder();
    const pack = ['tools/pack-offline.mjs', '--out', folder];
    const made = await startProcess(process.execPath, pack, root, process.env).ended;
    expect(made.stdout).toMatch(
      /^novaspec-[\d.]+-offline-linux-\w+-\w+\.tgz: \d+\.\d MB, \d+ packages beside novaspec\n$/,
    );
    const [archive = ''] = readdirSync(folder);
    renameSync(join(folder, archive), join(folder, 'novaspec.tgz'));
    writeFileSync(join(folder, 'script'), script);
    const env = { PATH: process.env.PATH, HOME: folder, npm_config_cache: join(folder, 'cache') };
    const outcome = await startProcess('unshare', [...alone, 'sh', 'script'], folder, env).ended;

    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(outcome.stderr).toBe('');
    expect(outcome.stdout).toContain(`\n${version}\n`);
    expect(outcome.stdout).toContain('CONFORMING (exit code 0)');
    expect(outcome.code).toBe(0);
    expect(reportIn(join(folder, 'out')).verdict).toBe('conforming');
    expect(endpointsIn(readFileSync(join(folder, 'connections'), 'utf8'))).toEqual(['127.0.0.1']);
  },
  // Much is packed, unpacked and traced, beside other tests.
  400_000,
);

test.runIf(missing)('nothing is said about machines without a network', context => {
  context.skip(`this needs root, ip and strace: ${missing?.join(' ')} fails`);
});

/** All addresses of the internet to which a process connected or sent something, or tried to. */
function endpointsIn(trace: string): string[] {
  const addresses = trace.matchAll(/sin_addr=inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"/g);
  return [...new Set([...addresses].map(([, four, six]) => four ?? six ?? ''))];
}
