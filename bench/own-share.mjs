// @ts-check
// How much of the wall time of a run novaspec itself was at work: node bench/own-share.mjs [options of `novaspec run`].
// The share in which its processes were on a CPU is more than that in which anybody waited for them.
import { fileURLToPath } from 'node:url';
import { measuredProcess } from './measured-process.mjs';

const main = fileURLToPath(new URL('../dist/src/cli/main.js', import.meta.url));
const { wallMs, cpuMs, peakMb, code, output } = await measuredProcess([main, 'run', ...process.argv.slice(2)], {
  onOutput: text => void process.stdout.write(text),
});
const share = ((cpuMs / wallMs) * 100).toFixed(1);
process.stdout.write(
  `exit ${code}; ${(wallMs / 1000).toFixed(0)} s, of which novaspec was on a CPU for ${(cpuMs / 1000).toFixed(1)} s: ${share}%; peak ${peakMb.toFixed(0)} MB\n`,
);
if (output === '') process.exitCode = 1;
