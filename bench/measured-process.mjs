// @ts-check
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Milliseconds of one tick of the kernel's accounting (USER_HZ is 100 on every Linux platform of Node). */
const tickMs = 10;

/**
 * What a command cost.
 * @typedef {{ wallMs: number, cpuMs: number, peakMb: number, code: number | null, output: string }} Cost
 */

/**
 * Runs a Node script and measures it: CPU of its process and all that it waited for, peak memory of its process tree.
 * Only one measured process may run at a time, because the CPU comes from this process's account of ended children.
 * @param {string[]} args
 * @param {{ env?: Record<string, string>, onOutput?: (text: string, child: import('node:child_process').ChildProcess) => void }} [options]
 * @returns {Promise<Cost>}
 */
export async function measuredProcess(args, { env = {}, onOutput } = {}) {
  const cpuBefore = endedChildrenMs();
  const start = performance.now();
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', text => {
    output += text;
    onOutput?.(text, child);
  });
  let peakKb = 0;
  const sampling = setInterval(() => {
    peakKb = Math.max(peakKb, treePeakKb(child.pid ?? 0));
  }, 50);
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  clearInterval(sampling);
  const wallMs = performance.now() - start;
  return { wallMs, cpuMs: endedChildrenMs() - cpuBefore, peakMb: peakKb / 1024, code, output };
}

/** User and system time of this process's ended children. */
function endedChildrenMs() {
  // Fields 16 and 17 of proc_pid_stat(5), counted after the command's name, which may hold spaces.
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[13]) + Number(fields[14])) * tickMs;
}

/**
 * Sum of the peaks of a process and its descendants, so at least the peak of the sum.
 * @param {number} pid
 * @returns {number}
 */
function treePeakKb(pid) {
  try {
    const own = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
    const children = readdirSync(`/proc/${pid}/task`).flatMap(thread =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').trim().split(' ').filter(Boolean),
    );
    return children.reduce((sum, child) => sum + treePeakKb(Number(child)), own);
  } catch {
    // It ended between two looks.
    return 0;
  }
}
