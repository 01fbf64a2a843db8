// Makes novaspec-VERSION-offline-PLATFORM.tgz: the package with all that it depends on, for machines without a registry.
// What is compiled among its dependencies is of one platform: this one, or that of --os, --cpu and --libc, as npm calls them.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { os: { type: 'string' }, cpu: { type: 'string' }, libc: { type: 'string' }, out: { type: 'string' } },
});
const { os = process.platform, cpu = process.arch, out = '.' } = values;
const libc = values.libc ?? (os === 'linux' ? ownLibc() : undefined);

const folder = mkdtempSync(join(tmpdir(), 'novaspec-offline-'));
try {
  // From what is published, so that nothing else gets in; without scripts, because the build is done.
  const [published] = JSON.parse(npm(['pack', '--ignore-scripts', '--json', '--pack-destination', folder], '.'));
  execFileSync('tar', ['-xzf', published.filename], { cwd: folder });
  const home = join(folder, 'package');
  cpSync('package-lock.json', join(home, 'package-lock.json'));
  const platform = [`--os=${os}`, `--cpu=${cpu}`, ...(libc === undefined ? [] : [`--libc=${libc}`])];
  npm(['ci', '--omit=dev', '--ignore-scripts', '--prefer-offline', ...platform], home);
  rmSync(join(home, 'package-lock.json'));

  const manifest = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  const { scripts: _, devDependencies: __, ...rest } = manifest;
  writeFileSync(join(home, 'package.json'), JSON.stringify({ ...rest, bundleDependencies: true }, null, 2));
  const [packed] = JSON.parse(npm(['pack', '--ignore-scripts', '--json', '--pack-destination', folder], home));
  const name = `${['novaspec', manifest.version, 'offline', os, cpu, ...(libc === undefined ? [] : [libc])].join('-')}.tgz`;
  cpSync(join(folder, packed.filename), resolve(out, name));
  const packages = new Set(packed.files.map(({ path }) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[0]));
  packages.delete(undefined);
  process.stdout.write(`${name}: ${(packed.size / 1e6).toFixed(1)} MB, ${packages.size} packages beside novaspec\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function npm(args, cwd) {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

/** The C library of this Node, as npm tells it. */
function ownLibc() {
  return process.report.getReport().header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
}
