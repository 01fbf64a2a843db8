import { expect, test } from 'vitest';
import { startCloud } from '../../cloud/cloud.ts';
import { openBench } from './client.ts';

test('an unknown release is an error that lists the known ones', async () => {
  // @ts-expect-error the type refuses it too
  await expect(startCloud({ release: 'kilo' })).rejects.toThrow(
    'unknown release kilo; known are zed, 2025.1, 2026.1, 2026.2',
  );
});

test('an unknown fault is an error that lists the known ones', async () => {
  await expect(startCloud({ faults: ['nope'] })).rejects.toThrow(
    /^unknown fault nope; known are version-.*attach-phantom/,
  );
});

test('stop ends idle keep-alive connections and the port', async () => {
  const bench = await openBench();
  await bench.nova('GET', '/servers');
  await bench.stop();
  await expect(bench.nova('GET', '/servers')).rejects.toThrow(/ECONNREFUSED|socket hang up|ECONNRESET/);
});

test('two clouds share nothing', async () => {
  const [one, two] = await Promise.all([openBench(), openBench()]);
  expect(one.cloud.cloudsYaml()).not.toBe(two.cloud.cloudsYaml());
  const answer = await two.nova('GET', '/servers', { as: 'nobody', headers: { 'x-auth-token': one.tokens.member } });
  expect(answer.status).toBe(401);
  await Promise.all([one.stop(), two.stop()]);
});

test('a body over the limit is 413, and the connection goes on', async () => {
  const bench = await openBench();
  const big = await bench.nova('POST', '/servers/x/os-volume_attachments', { text: 'x'.repeat(200_000) });
  expect(big.status).toBe(413);
  const fits = await bench.nova('POST', '/servers/x/os-volume_attachments', { text: 'x'.repeat(114_688) });
  expect(fits.body.badRequest.message).toBe('Malformed request body');
  await bench.stop();
});
