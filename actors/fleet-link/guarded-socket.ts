import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { FrameGuard } from './frame-guard.ts';

/**
 * A socket whose bytes pass the guard before anyone parses them. The first breach destroys it: what came with the breach is not
 * handed on.
 */
export class GuardedSocket extends Duplex {
  readonly #socket: Socket;
  readonly #guard: FrameGuard;
  /** What the guard complained of; null: nothing. */
  breach: string | null = null;

  constructor(socket: Socket, monotonicMs: () => number) {
    super();
    this.#socket = socket;
    this.#guard = new FrameGuard(monotonicMs);
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, encoding, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }

  #take(chunk: Buffer): void {
    if (this.destroyed) return;
    this.breach = this.#guard.see(chunk);
    if (this.breach !== null) this.destroy(new Error(this.breach));
    // The reader is slower than the broker: the broker waits.
    else if (!this.push(chunk)) this.#socket.pause();
  }
}
