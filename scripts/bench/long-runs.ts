import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Figure } from './figure.ts';

const TILL = fileURLToPath(new URL('../../bin/till.mjs', import.meta.url));
const SOAK = fileURLToPath(new URL('../soak.ts', import.meta.url));
/** USER_HZ, which Linux holds at 100 for programs on every machine that Node runs on. */
const TICKS_A_SECOND = 100;
const RATE_BUDGET = 1000;
const SLOPE_BUDGET_BYTES = 5;

interface Ended {
  readonly output: string;
  readonly cpuSeconds: number;
}

/** Runs Node to its end; its processor time is what this process's children used meanwhile. */
async function run(words: readonly string[]): Promise<Ended> {
  const before = childSeconds();
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [code] = (await once(child, 'close')) as [number | null];
  // 1 is a verdict of the program that was run, with its figures printed.
  if (code !== 0 && code !== 1) throw new Error(`node ${words.join(' ')} ended with ${code}`);
  return { output, cpuSeconds: childSeconds() - before };
}

/** User and system time of the children that have ended, from /proc/self/stat (proc(5), fields 16 and 17). */
function childSeconds(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[13]) + Number(fields[14])) / TICKS_A_SECOND;
}

/** Payments a second of one core in the seeded world, all faults on. */
export async function measureWorld(payments: number): Promise<Figure> {
  const { cpuSeconds } = await run([TILL, 'simulate', '--seed', '1', '--payments', String(payments), '--json']);
  const rate = payments / cpuSeconds;
  return {
    what: `simulated payments, ${payments} of seed 1`,
    value: `${rate.toFixed(0)} a second and core`,
    compared: '',
    ratio: null,
    budget: `≥ ${RATE_BUDGET}/s`,
    met: rate >= RATE_BUDGET,
  };
}

/** How the heap grows with payments in one process. */
export async function measureSlope(payments: number): Promise<Figure> {
  const every = String(Math.max(1, Math.floor(payments / 20)));
  const { output } = await run(['--expose-gc', SOAK, '--payments', String(payments), '--every', every]);
  const slope = Number(/slope (-?[\d.]+) bytes/.exec(output)?.[1] ?? Number.NaN);
  return {
    what: `heap a payment, over ${payments} payments`,
    value: `${slope.toFixed(2)} bytes`,
    compared: '',
    ratio: null,
    budget: `< ${SLOPE_BUDGET_BYTES} bytes`,
    met: slope < SLOPE_BUDGET_BYTES,
  };
}
