import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

/**
 * A pseudo-terminal of the kernel: a true character device with buffers and a hang-up. What is sent here comes out of the line at `path`, and
 * what is written to the line is received here. `script`, which every Linux has, holds its far end.
 */
export class SerialLine {
  /** Resolves with the device node when it is there. */
  readonly path: Promise<string>;
  readonly #program: ChildProcessByStdio<Writable, Readable, null>;
  #receive: (bytes: Uint8Array) => void = () => undefined;

  constructor() {
    const settings = 'stty raw -echo';
    this.#program = spawn('script', ['-qfc', `tty; ${settings}; printf ready; exec sleep 600`, '/dev/null'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    let greeting = '';
    this.path = new Promise((resolve) => {
      const greet = (bytes: Buffer): void => {
        greeting += bytes.toString('latin1');
        const path = /^(\/dev\/\S+)\s+ready/.exec(greeting)?.[1];
        if (path === undefined) return;
        this.#program.stdout.off('data', greet);
        this.#program.stdout.on('data', (more: Uint8Array) => this.#receive(more));
        resolve(path);
      };
      this.#program.stdout.on('data', greet);
    });
    // A line that hung up takes nothing more.
    this.#program.stdin.on('error', () => undefined);
  }

  send(bytes: Uint8Array | string): void {
    this.#program.stdin.write(bytes);
  }

  onReceived(receive: (bytes: Uint8Array) => void): void {
    this.#receive = receive;
  }

  /** Takes nothing more, until the buffers in between are full and the line with them. */
  stall(): void {
    this.#program.stdout.pause();
  }

  goOn(): void {
    this.#program.stdout.resume();
  }

  async unplug(): Promise<void> {
    if (this.#program.exitCode !== null || this.#program.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#program.once('close', resolve));
    this.#program.stdout.resume();
    this.#program.kill('SIGKILL');
    await ended;
  }
}
