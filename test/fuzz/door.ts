import type { Random } from '../../hal/random/contract.ts';
import { Mutator } from './mutator.ts';

/** A place where bytes from outside come in, with what must hold for any of them. */
export interface FuzzDoor {
  readonly name: string;
  readonly corpus: readonly Uint8Array[];
  /** The largest input worth making for it. */
  readonly bytesMax?: number;
  /** Takes one input. @throws anything at all: the door let something out that it must not */
  feed(input: Uint8Array, mutator: Mutator): void | Promise<void>;
}

export interface FuzzFinding {
  readonly execution: number;
  readonly error: unknown;
  readonly input: Uint8Array;
}

export interface FuzzReport {
  readonly door: string;
  readonly executions: number;
  readonly findings: readonly FuzzFinding[];
  readonly seconds: number;
  readonly medianMs: number;
  /** The slowest execution, pauses of the machine included. */
  readonly peakMs: number;
  /** The slowest input, timed again alone: the best of five. */
  readonly slowestMs: number;
  readonly slowestBytes: number;
}

const FINDINGS_MAX = 5;
const AGAIN = 5;
/** The slowest few are timed again: a pause of the machine is not the door's. */
const SUSPECTS_MAX = 8;

/** Feeds a door with that many damaged inputs of its corpus. One seed gives one sequence of inputs. */
export async function fuzz(
  door: FuzzDoor,
  options: { readonly executions: number; readonly random: Random; readonly onProgress?: (done: number) => void },
): Promise<FuzzReport> {
  const mutator = new Mutator(options.random, door.bytesMax);
  const findings: FuzzFinding[] = [];
  const times: number[] = [];
  let peakMs = 0;
  let suspects: { ms: number; input: Uint8Array }[] = [];
  const startedAt = performance.now();
  let executions = 0;
  while (executions < options.executions && findings.length < FINDINGS_MAX) {
    const execution = ++executions;
    const input =
      execution <= door.corpus.length ? (door.corpus[execution - 1] ?? new Uint8Array()) : mutator.next(door.corpus);
    const from = performance.now();
    try {
      const fed = door.feed(input, mutator);
      if (fed instanceof Promise) await fed;
    } catch (error) {
      findings.push({ execution, error, input });
    }
    const ms = performance.now() - from;
    peakMs = Math.max(peakMs, ms);
    if (execution % 16 === 0) times.push(ms);
    if (ms > (suspects[SUSPECTS_MAX - 1]?.ms ?? 0)) {
      suspects = [...suspects, { ms, input }].toSorted((one, other) => other.ms - one.ms).slice(0, SUSPECTS_MAX);
    }
    if (execution % 10_000 === 0) options.onProgress?.(execution);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const slowest = await timedAgain(
    door,
    suspects.map(({ input }) => input),
    mutator,
  );
  const medianMs = times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)] ?? 0;
  return { door: door.name, executions, findings, seconds, medianMs, peakMs, ...slowest };
}

async function timedAgain(door: FuzzDoor, inputs: readonly Uint8Array[], mutator: Mutator) {
  let slowestMs = 0;
  let slowestBytes = 0;
  for (const input of inputs) {
    let best = Infinity;
    for (let round = 0; round < AGAIN; round += 1) {
      const from = performance.now();
      try {
        await door.feed(input, mutator);
      } catch {
        // Reported above.
      }
      best = Math.min(best, performance.now() - from);
    }
    if (best > slowestMs) [slowestMs, slowestBytes] = [best, input.length];
  }
  return { slowestMs, slowestBytes };
}
