import { createPublicKey } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sealed, statementType } from '../../src/attest/envelope.ts';
import { keyId, privateKeyIn, publicKeyIn } from '../../src/attest/keys.ts';
import { novaspec, startProcess, temporaryFolder } from '../cli/command.ts';
import { trialFile } from './certified.ts';

/** What openssl says; nothing but it knows how a key is made and a signature verified here. */
async function openssl(args: string[], cwd: string): Promise<string> {
  const { code, stdout, stderr } = await startProcess('openssl', args, cwd, process.env).ended;
  expect(code, stderr).toBe(0);
  return stdout;
}

test('keygen writes a pair that only its owner can read, names it as openssl would, and never over another', async () => {
  const folder = temporaryFolder();
  const made = await novaspec(['keygen', '--out', 'me'], folder);
  expect(made).toMatchObject({ code: 0, stderr: '' });
  expect(statSync(join(folder, 'me.key')).mode & 0o777).toBe(0o600);
  expect(await openssl(['pkey', '-in', 'me.key', '-pubout'], folder)).toBe(
    readFileSync(join(folder, 'me.pub'), 'utf8'),
  );
  await openssl(['pkey', '-pubin', '-in', 'me.pub', '-outform', 'DER', '-out', 'me.der'], folder);
  const digest = (await openssl(['dgst', '-sha256', '-r', 'me.der'], folder)).split(' ')[0];
  expect(made.stdout).toContain(`key id ${digest}\n`);

  const before = readFileSync(join(folder, 'me.key'), 'utf8');
  const again = await novaspec(['keygen', '--out', 'me'], folder);
  expect(again).toMatchObject({ code: 2, stdout: '' });
  expect(again.stderr).toBe('novaspec: --out: me.key is there already, and no key is written over another file\n');
  expect(readFileSync(join(folder, 'me.key'), 'utf8')).toBe(before);
});

test('a pair with a passphrase opens with it alone', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'secret'), 'correct horse\n');
  const { stdout } = await novaspec(['keygen', '--out', 'me', '--passphrase-file', 'secret'], folder);
  expect(stdout).toContain('opened by the passphrase');
  await openssl(['pkey', '-in', 'me.key', '-passin', 'pass:correct horse', '-noout'], folder);
  const file = join(folder, 'me.key');
  expect(keyId(privateKeyIn(file, 'correct horse'))).toMatch(/^[0-9a-f]{64}$/);
  expect(() => privateKeyIn(file, undefined)).toThrow(
    /me\.key is encrypted: --passphrase-file FILE or NOVASPEC_PASSPHRASE/,
  );
  expect(() => privateKeyIn(file, 'wrong')).toThrow(/me\.key cannot be opened by this passphrase$/);
});

const kinds: [string, string[], (sig: string, pae: string) => string[]][] = [
  [
    'Ed25519',
    ['-algorithm', 'ed25519'],
    (sig, pae) => ['pkeyutl', '-verify', '-pubin', '-inkey', 'pub', '-rawin', '-in', pae, '-sigfile', sig],
  ],
  [
    'ECDSA P-256',
    ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
    (sig, pae) => ['dgst', '-sha256', '-verify', 'pub', '-signature', sig, pae],
  ],
  [
    'RSA',
    ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
    (sig, pae) => ['dgst', '-sha256', '-verify', 'pub', '-signature', sig, pae],
  ],
];

test.each(kinds)('openssl verifies what an %s key of its own signed', async (_kind, generate, verify) => {
  const folder = temporaryFolder();
  await openssl(['genpkey', ...generate, '-out', 'key'], folder);
  await openssl(['pkey', '-in', 'key', '-pubout', '-out', 'pub'], folder);
  const key = privateKeyIn(join(folder, 'key'), undefined);
  const payload = Buffer.from('{"a": "ä"}');
  const { signatures } = JSON.parse(sealed(payload, key)) as { signatures: [{ keyid: string; sig: string }] };
  expect(signatures[0].keyid).toBe(keyId(createPublicKey(readFileSync(join(folder, 'pub')))));
  // The pre-authentication encoding of DSSE, as its specification writes it.
  const pae = Buffer.from(`DSSEv1 ${statementType.length} ${statementType} ${payload.length} ${payload.toString()}`);
  writeFileSync(join(folder, 'pae'), pae);
  writeFileSync(join(folder, 'sig'), Buffer.from(signatures[0].sig, 'base64'));
  expect(await openssl(verify('sig', 'pae'), folder)).toMatch(
    /Verified (OK|Successfully)|Signature Verified Successfully/,
  );
});

test('wrong files are refused in one line', async () => {
  const folder = temporaryFolder();
  await openssl(['genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:1024', '-out', 'short'], folder);
  await openssl(['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384', '-out', 'curve'], folder);
  await openssl(['genpkey', '-algorithm', 'ed25519', '-out', 'key'], folder);
  await openssl(['pkey', '-in', 'key', '-pubout', '-out', 'pub'], folder);
  writeFileSync(join(folder, 'damaged'), readFileSync(join(folder, 'key'), 'utf8').replace('MC4', 'MC5'));
  writeFileSync(join(folder, 'empty'), '');
  const file = (name: string) => join(folder, name);
  const refused: [string, (name: string) => unknown, string][] = [
    ['pub', withoutPassphrase, '--key: FILE holds no private key in PEM'],
    ['damaged', withoutPassphrase, '--key: FILE holds no private key that can be read'],
    [
      'short',
      withoutPassphrase,
      '--key: FILE is a key of RSA of 1024 bits; Ed25519, ECDSA P-256 and RSA of 2048 bits or more are known',
    ],
    [
      'curve',
      withoutPassphrase,
      '--key: FILE is a key of ec secp384r1; Ed25519, ECDSA P-256 and RSA of 2048 bits or more are known',
    ],
    ['key', publicKeyIn, '--pub: FILE is a private key; the public one is wanted'],
    ['empty', publicKeyIn, '--pub: FILE holds no public key in PEM'],
  ];
  for (const [name, read, line] of refused) {
    expect(() => read(file(name)), name).toThrow(new Error(line.replace('FILE', file(name))));
  }
  const certified = await novaspec(['certify', '--profile', trialFile, '--key', 'none'], folder);
  expect(certified.stderr).toMatch(/^novaspec: --key: ENOENT.*\n$/);
  const verified = await novaspec(['verify', '.', '--pub', 'key'], folder);
  expect(verified.stderr).toBe('novaspec: --pub: key is a private key; the public one is wanted\n');
  expect([certified.code, verified.code]).toEqual([2, 2]);
});

function withoutPassphrase(file: string): unknown {
  return privateKeyIn(file, undefined);
}
