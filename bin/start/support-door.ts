import { chmodSync, existsSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Log } from '../../actors/log.ts';
import type { TerminalSnapshot } from '../../fleet/contract/snapshot.ts';

/** Longest question; a snapshot is the only one there is. */
const QUESTION_BYTES_MAX = 256;
const ASKERS_MAX = 4;
const PATIENCE_MS = 5_000;

const questionSchema = v.strictObject({ ask: v.literal('snapshot') });

/** Where the terminal of a data folder can be asked. */
export function supportSocketOf(dataDir: string): string {
  return join(dataDir, 'support.sock');
}

/** Where the door is, and what it hands out. */
export interface SupportDoorParts {
  readonly dataDir: string;
  readonly log: Log;
  /** Masked by allow-list already. */
  readonly snapshot: () => TerminalSnapshot;
}

/**
 * A local socket in the data folder, for the owner of the folder alone, that answers one question: how the terminal is. It hands out what may
 * leave the terminal anyway and takes nothing in; nobody can pay, refund or change anything through it. A terminal works without it.
 */
export class SupportDoor {
  readonly #parts: SupportDoorParts;
  readonly #server: Server;
  readonly #askers = new Set<Socket>();

  constructor(parts: SupportDoorParts) {
    this.#parts = parts;
    this.#server = createServer((socket) => this.#take(socket));
    this.#server.on('error', (error) => {
      parts.log.warn({ reason: error.message }, 'support on this terminal cannot ask it: no socket in its data folder');
    });
    this.#open(supportSocketOf(parts.dataDir));
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#askers) socket.destroy();
  }

  #open(path: string): void {
    const { log } = this.#parts;
    try {
      // Left by a process that was killed; the folder's lock says that there is no other.
      if (existsSync(path)) rmSync(path);
      // From its first moment it is for its owner alone.
      const before = process.umask(0o177);
      try {
        this.#server.listen(path);
      } finally {
        process.umask(before);
      }
      if (existsSync(path)) chmodSync(path, 0o600);
      this.#server.unref();
    } catch (error) {
      log.warn({ reason: error instanceof Error ? error.message : String(error) }, 'no socket for support');
    }
  }

  #take(socket: Socket): void {
    if (this.#askers.size >= ASKERS_MAX) return void socket.destroy();
    this.#askers.add(socket);
    let heard = Buffer.alloc(0);
    socket.setTimeout(PATIENCE_MS, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#askers.delete(socket));
    socket.on('data', (chunk) => {
      heard = Buffer.concat([heard, chunk]);
      const end = heard.indexOf('\n');
      if (end === -1 && heard.length <= QUESTION_BYTES_MAX) return;
      socket.removeAllListeners('data');
      const line = end === -1 || end > QUESTION_BYTES_MAX ? '' : heard.subarray(0, end).toString('utf8');
      socket.end(`${JSON.stringify(this.#answer(line))}\n`);
    });
  }

  #answer(line: string): object {
    const question = v.safeParse(questionSchema, parsed(line));
    if (!question.success) return { error: 'the question must be {"ask":"snapshot"} and a line end' };
    try {
      return { snapshot: this.#parts.snapshot() };
    } catch (error) {
      // The payment process goes on, whatever support wanted of it.
      this.#parts.log.error({ reason: error instanceof Error ? error.message : String(error) }, 'no snapshot');
      return { error: 'the terminal could not take a snapshot; its log says why' };
    }
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
