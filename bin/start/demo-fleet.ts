import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, openSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { demoFleetMessageSchema, type DemoFleetOrder, type Enrolled } from './demo-fleet-message.ts';

/** The fleet beside a demo: service, console and simulated terminals in a process of their own. */
export interface DemoFleet {
  /** How the demo's terminal gets in; null when there will be no fleet. */
  readonly enrolled: Promise<Enrolled | null>;
  /** Null when it is open, else why it never will be. */
  readonly opened: Promise<string | null>;
  /** Idempotent. */
  close(): Promise<void>;
}

const PROGRAM = new URL('../demo-fleet.ts', import.meta.url);

/**
 * Starts the fleet of a demo. A process of its own: the embedded database compiles for seconds and takes hundreds of megabytes, and no
 * payment may wait for that. It ends with this one, however this one ends.
 */
export function startDemoFleet(order: DemoFleetOrder): DemoFleet {
  mkdirSync(order.folder, { recursive: true, mode: 0o700 });
  const log = openSync(join(order.folder, 'fleet.log'), 'w', 0o600);
  const child = fork(PROGRAM, [JSON.stringify(order)], { stdio: ['ignore', 'ignore', log, 'ipc'], execArgv: [] });
  closeSync(log);
  const enrolled = Promise.withResolvers<Enrolled | null>();
  const opened = Promise.withResolvers<string | null>();
  child.on('message', (value) => {
    const read = v.safeParse(demoFleetMessageSchema, value);
    if (!read.success) return;
    const message = read.output;
    if (message.is === 'enrolled') return enrolled.resolve(message);
    opened.resolve(message.is === 'open' ? null : message.why);
    // Comes too late for one that is enrolled already.
    enrolled.resolve(null);
  });
  const ended = endOf(child).then((why) => {
    enrolled.resolve(null);
    opened.resolve(why);
  });
  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    if (child.connected) child.disconnect();
    await ended;
  };
  return { enrolled: enrolled.promise, opened: opened.promise, close: () => (closing ??= close()) };
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(`its process ended (${code ?? signal ?? 'for no reason given'})`));
  });
}
