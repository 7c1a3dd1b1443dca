import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TrueOrder } from '../../simulator/gateway/book.ts';

/** What `till demo --json` says of itself. */
export interface DemoLine {
  readonly page: string;
  readonly sandbox: string;
  /** Null without a fleet. */
  readonly console: string | null;
  readonly domains: readonly string[];
  readonly windowMs: number;
  readonly data: string;
  readonly pid: number;
}

/** What it says when its fleet is open. */
interface DemoFleetLine {
  readonly fleet: { readonly url: string; readonly signIn: string };
}

const TILL = new URL('../../bin/till.mjs', import.meta.url).pathname;
const ANY_PORTS = ['--port', '0', '--gateway-port', '0', '--control-port', '0', '--fleet-port', '0'];
/** A start that takes longer than this hangs. */
const PATIENCE_MS = 180_000;

/** The real `till demo`, as a shell starts it: a process group of its own. */
export class DemoProcess {
  stdout = '';
  stderr = '';
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;

  /** Without the fleet unless it is wanted: its database alone takes half a gigabyte. */
  constructor(dataDir: string, more: readonly string[] = [], { fleet = false } = {}) {
    const options = [...ANY_PORTS, ...more, ...(fleet ? [] : ['--no-fleet'])];
    this.#child = spawn(process.execPath, [TILL, 'demo', '--json', '--data', dataDir, ...options], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.#ended = once(this.#child, 'close').then(([code]) => code as number | null);
  }

  /** Resolves when it is ready. */
  async ready(): Promise<DemoLine> {
    return JSON.parse(await this.#line(0)) as DemoLine;
  }

  /** Resolves when its fleet is open. */
  async fleetReady(): Promise<DemoFleetLine['fleet']> {
    return (JSON.parse(await this.#line(1)) as DemoFleetLine).fleet;
  }

  async #line(number: number): Promise<string> {
    const limit = Promise.withResolvers<never>();
    const timer = setTimeout(() => limit.reject(new Error(`the demo is not ready: ${this.stderr}`)), PATIENCE_MS);
    try {
      for (;;) {
        const lines = this.stdout.split('\n');
        if (lines.length > number + 1) return lines[number] ?? '';
        const ended = this.#ended.then((code) => {
          throw new Error(`the demo ended with ${code}: ${this.stderr}`);
        });
        ended.catch(() => undefined);
        if (this.#child.stdout !== null) await Promise.race([once(this.#child.stdout, 'data'), ended, limit.promise]);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** The exit code; null when a signal ended it. */
  exited(): Promise<number | null> {
    return this.#ended;
  }

  /** What a console's Ctrl-C does: the signal goes to the whole group. */
  signalGroup(signal: NodeJS.Signals): void {
    process.kill(-(this.#child.pid ?? 0), signal);
  }

  /** Whether any process of its group is left. */
  hasGroup(): boolean {
    try {
      process.kill(-(this.#child.pid ?? 0), 0);
      return true;
    } catch {
      return false;
    }
  }

  async stop(): Promise<number | null> {
    if (this.hasGroup()) this.signalGroup('SIGINT');
    return this.exited();
  }
}

/** The orders in the sandbox's book, newest first. */
export async function ordersIn(sandbox: string): Promise<readonly TrueOrder[]> {
  const book = (await (await fetch(`${sandbox}book`)).json()) as { readonly orders: readonly TrueOrder[] };
  return book.orders;
}
