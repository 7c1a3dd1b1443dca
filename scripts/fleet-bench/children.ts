import { spawn } from 'node:child_process';
import { once } from 'node:events';

const TILL = new URL('../../bin/till.mjs', import.meta.url).pathname;

/** A child process and the first line that it printed, as JSON. */
export interface Child<Line> {
  readonly line: Line;
  readonly pid: number;
  stop(): Promise<void>;
}

/** @throws Error with what it said when it ends before its first line */
export async function startChild<Line>(args: readonly string[]): Promise<Child<Line>> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let [said, printed] = ['', ''];
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4000)));
  const ended = once(child, 'exit').then(() => {
    if (!printed.includes('\n')) throw new Error(`${args.join(' ')} ended: ${said}`);
  });
  ended.catch(() => undefined);
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  while (!printed.includes('\n')) await Promise.race([once(child.stdout, 'data'), ended]);
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  return { line: JSON.parse(printed.split('\n')[0] ?? '') as Line, pid: child.pid ?? 0, stop };
}

const SCRIPTS = {
  load: new URL('./load.ts', import.meta.url).pathname,
  brokerAlone: new URL('./broker-alone.ts', import.meta.url).pathname,
  connections: new URL('./connections.ts', import.meta.url).pathname,
  roundTrips: new URL('./round-trips.ts', import.meta.url).pathname,
  lit: new URL('../console-latency.ts', import.meta.url).pathname,
} as const;

/** A script of this folder. */
export function startScript<Line>(name: keyof typeof SCRIPTS, ...args: readonly string[]): Promise<Child<Line>> {
  return startChild<Line>([SCRIPTS[name], ...args]);
}

/** What `till fleet serve` prints when it is open. */
export interface FleetLine {
  readonly url: string | null;
  readonly broker: string;
  readonly adminToken: string | null;
}

/** `till fleet serve` with a loopback port of its own. */
export function startFleet(...options: readonly string[]): Promise<Child<FleetLine>> {
  return startChild<FleetLine>([TILL, 'fleet', 'serve', '--json', '--http-port', '0', ...options]);
}
