import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Clock } from '../clock/contract.ts';
import { absent, type NamedDevice, type Presence, PRESENT } from './presence.ts';
import { Reopening } from './reopening.ts';

/** Which device is read, and who gets its bytes and hears of its absence. */
export interface NodeReaderOptions {
  readonly device: NamedDevice;
  readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  readonly onBytes: (bytes: Uint8Array) => void;
  /** Told at every change, and once for the first opening. */
  readonly onPresence: (presence: Presence) => void;
  /** A program and its arguments that must succeed before each opening, such as the settings of a serial line. */
  readonly prepare?: readonly [program: string, ...parameters: string[]];
  /** What copies the device's bytes to its standard output. */
  readonly copier?: string;
}

const PREPARE_LIMIT_MS = 5_000;
const COMPLAINT_MAX = 200;

/**
 * The bytes of a character device, opened again whenever it comes back.
 * A program of its own (`cat`) reads the device: its read blocks, and in this process it would hold one of libuv's few threads for good and
 * keep the process from ending. The pipe between them holds 64 KiB, where evdev's own queue overflows after a few dozen events: a busy
 * event loop costs no keystroke.
 */
export class NodeReader {
  readonly #options: NodeReaderOptions;
  readonly #reopening: Reopening;
  #copier: ChildProcess | null = null;
  #presence: Presence | null = null;
  #closed = false;

  constructor(options: NodeReaderOptions) {
    this.#options = options;
    this.#reopening = new Reopening(options.clock, () => this.#prepare());
    this.#prepare();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#reopening.stop();
    const copier = this.#copier;
    if (copier === null || copier.exitCode !== null || copier.signalCode !== null) return;
    const ended = new Promise((resolve) => copier.once('close', resolve));
    copier.kill('SIGKILL');
    await ended;
  }

  #prepare(): void {
    const { prepare, device } = this.#options;
    if (prepare === undefined) return this.#open();
    const [program, ...parameters] = prepare;
    execFile(program, parameters, { timeout: PREPARE_LIMIT_MS }, (error, _, complaint) => {
      if (this.#closed) return;
      if (error === null) return this.#open();
      this.#lost(absent(device, this.#errorOf(program, error, complaint)));
    });
  }

  #open(): void {
    const { device, copier = 'cat' } = this.#options;
    let node: number;
    try {
      node = openSync(device.path, 'r');
    } catch (error) {
      return this.#lost(absent(device, error));
    }
    try {
      this.#follow(spawn(copier, [], { stdio: [node, 'pipe', 'pipe'] }), copier);
    } catch (error) {
      this.#lost(absent(device, error));
    } finally {
      closeSync(node);
    }
  }

  #follow(copier: ChildProcess, program: string): void {
    this.#copier = copier;
    let complaint = '';
    let failure: Error | null = null;
    copier.stderr
      ?.setEncoding('utf8')
      .on('data', (more: string) => (complaint = (complaint + more).slice(-COMPLAINT_MAX)));
    copier.stdout?.on('data', (bytes: Uint8Array) => {
      this.#reopening.succeeded();
      if (!this.#closed) this.#options.onBytes(bytes);
    });
    copier.once('error', (error) => (failure = error));
    copier.once('spawn', () => this.#tell(PRESENT));
    copier.once('close', () => {
      this.#copier = null;
      const ended = failure === null ? codedError(complaint) : this.#errorOf(program, failure, complaint);
      if (!this.#closed) this.#lost(absent(this.#options.device, ended));
    });
  }

  #lost(presence: Presence): void {
    this.#tell(presence);
    this.#reopening.schedule();
  }

  #tell(presence: Presence): void {
    if (this.#closed || this.#presence?.why === presence.why) return;
    this.#presence = presence;
    this.#options.onPresence(presence);
  }

  /** The program itself is missing, or it says what is wrong with the device. */
  #errorOf(program: string, error: Error & { code?: unknown }, complaint: string): Error {
    if (error.code === 'ENOENT') return new Error(`the program "${program}" is not installed`);
    return codedError(complaint);
  }
}

const COMPLAINTS: readonly (readonly [RegExp, string])[] = [
  [/no such file/i, 'ENOENT'],
  [/no such device or address/i, 'ENXIO'],
  [/no such device/i, 'ENODEV'],
  [/input\/output error/i, 'EIO'],
  [/permission denied/i, 'EACCES'],
  [/busy/i, 'EBUSY'],
];

/** A reader that ended without a word saw the end of the device: it was unplugged. */
function codedError(complaint: string): Error {
  const text = complaint.trim();
  const code = text === '' ? 'ENODEV' : COMPLAINTS.find(([words]) => words.test(text))?.[1];
  return Object.assign(new Error(text), code === undefined ? {} : { code });
}
