import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import * as v from 'valibot';
import { jsonProblem } from '../../fleet/contract/json-bounds.ts';
import { SNAPSHOT_BYTES_MAX, snapshotSchema, type TerminalSnapshot } from '../../fleet/contract/snapshot.ts';
import { supportSocketOf } from './support-door.ts';

const PATIENCE_MS = 15_000;
/** Masked contexts nest no deeper. */
const DEPTH_MAX = 32;

const answerSchema = v.union([v.object({ snapshot: snapshotSchema }), v.object({ error: v.string() })]);

/** What a running terminal said of itself, or why none did. */
export type AskedSnapshot =
  | { readonly ok: true; readonly snapshot: TerminalSnapshot }
  /** In words that say what to do. */
  | { readonly ok: false; readonly why: string };

/** Asks the terminal that runs on a data folder. Never rejects. */
export async function askSnapshot(dataDir: string): Promise<AskedSnapshot> {
  const path = supportSocketOf(dataDir);
  if (!existsSync(path)) {
    return { ok: false, why: `no terminal runs on ${dataDir}: start it, or name its data folder with --data` };
  }
  try {
    const read = v.safeParse(answerSchema, bounded(JSON.parse(await exchange(path, '{"ask":"snapshot"}\n'))));
    if (!read.success) return { ok: false, why: 'the terminal answered something else: is it of another version?' };
    return 'error' in read.output
      ? { ok: false, why: read.output.error }
      : { ok: true, snapshot: read.output.snapshot };
  } catch (error) {
    return { ok: false, why: wordsOf(error, path) };
  }
}

function bounded(value: unknown): unknown {
  const problem = jsonProblem(value, DEPTH_MAX);
  if (problem !== null) throw new Error(problem);
  return value;
}

function exchange(path: string, question: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const chunks: Buffer[] = [];
    let bytes = 0;
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('it did not answer in time')));
    socket.on('error', reject);
    socket.on('connect', () => void socket.write(question));
    socket.on('data', (chunk) => {
      bytes += chunk.length;
      if (bytes > SNAPSHOT_BYTES_MAX)
        return void socket.destroy(new Error('its answer is longer than a snapshot may be'));
      chunks.push(chunk);
    });
    socket.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    socket.on('close', () => reject(new Error('it closed the connection')));
  });
}

function wordsOf(error: unknown, path: string): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'EACCES') return `${path} belongs to another user: ask as the terminal's user or as root`;
  if (code === 'ECONNREFUSED' || code === 'ENOENT') return `the terminal behind ${path} has ended: start it again`;
  return `the terminal behind ${path} does not answer: ${error instanceof Error ? error.message : String(error)}`;
}
