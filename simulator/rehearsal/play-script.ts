import type { Platform } from '../../domain/platform.ts';
import type { RehearsedResult } from '../../domain/slips/rehearsal-slip.ts';
import type { Clock } from '../../hal/clock/contract.ts';
import type { DeviceCounter } from './device-counter.ts';
import type { RehearsalRow } from './row.ts';

/** What became of one row on one wallet. */
export interface PlayedRow extends RehearsedResult {
  readonly row: RehearsalRow;
  readonly tookMs: number;
}

/** What is played where, and who is asked and told. */
export interface PlayOptions {
  readonly counter: DeviceCounter;
  readonly script: readonly RehearsalRow[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Before each row on each wallet; false ends the rehearsal there. */
  readonly ask: (row: RehearsalRow, platform: Platform | null) => Promise<boolean>;
  readonly onPlayed: (played: PlayedRow) => void;
}

/** Plays the rows one after the other. What does not hold is reported; what was not reached is reported as not played. */
export async function playScript(options: PlayOptions): Promise<readonly PlayedRow[]> {
  const played: PlayedRow[] = [];
  let going = true;
  for (const row of options.script) {
    const wallets: readonly (Platform | null)[] = row.wallets.length === 0 ? [null] : row.wallets;
    for (const platform of wallets) {
      going = going && !options.signal.aborted && (await options.ask(row, platform).catch(() => false));
      const result = going ? await playRow(options, row, platform) : notPlayed(row, platform);
      played.push(result);
      options.onPlayed(result);
      if (result.state === 'failed') going = await comesBack(options.counter);
    }
  }
  return played;
}

async function playRow(options: PlayOptions, row: RehearsalRow, platform: Platform | null): Promise<PlayedRow> {
  const { clock, counter, signal } = options;
  const startedAt = clock.monotonicMs();
  const took = (): number => clock.monotonicMs() - startedAt;
  try {
    // A row about no wallet has one in its hands all the same.
    await row.play(counter, platform ?? 'wechat');
    return { row, platform, state: 'passed', problem: '', tookMs: took() };
  } catch (error) {
    if (signal.aborted) return notPlayed(row, platform);
    return { row, platform, state: 'failed', problem: wordsOf(error), tookMs: took() };
  }
}

function notPlayed(row: RehearsalRow, platform: Platform | null): PlayedRow {
  return { row, platform, state: 'not-played', problem: '', tookMs: 0 };
}

async function comesBack(counter: DeviceCounter): Promise<boolean> {
  return counter.leave().then(
    () => true,
    () => false,
  );
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
