import type { Clock } from '../../hal/clock/contract.ts';
import type { Disk, DiskFile } from '../../hal/disk/contract.ts';
import type { SimulatedDisk } from '../../hal/disk/simulated-disk.ts';
import type { SeededRandom } from '../../hal/random/seeded-random.ts';
import type { FaultRates } from './fault-rates.ts';
import type { Rarity, Sometimes } from './sometimes.ts';

/** Thrown into the code of a terminal whose power is gone; whatever it does with it has no effect any more. */
class PowerGone extends Error {
  constructor() {
    super('the power is gone');
  }
}

/**
 * The power of one process life. Every effect asks it before and after; once it is gone nothing that the dead code still does gets out:
 * no byte to the disk, none to the network, no timer, no sound.
 */
export class Power {
  readonly #random: SeededRandom;
  readonly #rates: () => FaultRates;
  readonly #sometimes: Sometimes;
  /** null while it is on. `killed`: the process died, the box did not. */
  ended: 'cut' | 'killed' | null = null;

  constructor(parts: {
    readonly random: SeededRandom;
    readonly rates: () => FaultRates;
    readonly sometimes: Sometimes;
  }) {
    this.#random = parts.random;
    this.#rates = parts.rates;
    this.#sometimes = parts.sometimes;
  }

  get isOn(): boolean {
    return this.ended === null;
  }

  /** Whether the power is gone here; it may go at this very place. */
  isGoneAt(place: Extract<Rarity, `power cut ${string}`>): boolean {
    if (this.ended !== null) return true;
    const { powerCut, killInstead } = this.#rates();
    if (powerCut === 0 || this.#random.fraction() >= powerCut) return false;
    this.ended = this.#random.fraction() < killInstead ? 'killed' : 'cut';
    this.#sometimes.count(place);
    if (this.ended === 'killed') this.#sometimes.count('process killed');
    return true;
  }

  /** @throws PowerGone */
  mustBeOn(): void {
    if (this.ended !== null) throw new PowerGone();
  }

  /** Runs a durable effect between two places at which the power may go. @throws PowerGone, or the effect's error */
  around<Result>(effect: () => Result): Result {
    if (this.isGoneAt('power cut before a disk call')) throw new PowerGone();
    const result = effect();
    if (this.isGoneAt('power cut after a disk call')) throw new PowerGone();
    return result;
  }
}

/** The terminal's disk as one process life sees it: its calls fail now and then, and end with the power. */
export function diskUnderPower(
  disk: SimulatedDisk,
  power: Power,
  world: { readonly random: SeededRandom; readonly rates: () => FaultRates; readonly sometimes: Sometimes },
): Disk {
  const { random, rates, sometimes } = world;
  const change = <Result>(call: 'write' | 'sync' | 'rename' | 'syncFolder' | 'any', effect: () => Result): Result =>
    power.around(() => {
      const { diskError } = rates();
      if (diskError > 0 && random.fraction() < diskError) {
        sometimes.count('disk error');
        const code = random.fraction() < 0.5 ? 'EIO' : 'ENOSPC';
        disk.inject({ call, nth: 1, code, short: random.fraction() < 0.5 });
      }
      return effect();
    });
  const look = <Result>(effect: () => Result): Result => {
    power.mustBeOn();
    return effect();
  };
  const file = (opened: DiskFile): DiskFile => ({
    size: () => look(() => opened.size()),
    readAt: (length, offset) => look(() => opened.readAt(length, offset)),
    write: (bytes, offset) => change('write', () => opened.write(bytes, offset)),
    truncate: (size) => change('any', () => opened.truncate(size)),
    sync: () => change('sync', () => opened.sync()),
    close: () => opened.close(),
  });
  return {
    makeFolder: (path) => change('any', () => disk.makeFolder(path)),
    list: (path) => look(() => disk.list(path)),
    exists: (path) => look(() => disk.exists(path)),
    read: (path) => look(() => disk.read(path)),
    open: (path) => file(change('any', () => disk.open(path))),
    rename: (from, to) => change('rename', () => disk.rename(from, to)),
    remove: (path) => change('any', () => disk.remove(path)),
    syncFolder: (path) => change('syncFolder', () => disk.syncFolder(path)),
  };
}

/** Time as one process life sees it: monotonic from its boot, and no timer outlives the power. */
export function clockUnderPower(clock: Clock, power: Power): Clock {
  const bootMs = clock.monotonicMs();
  return {
    wallMs: () => clock.wallMs(),
    monotonicMs: () => clock.monotonicMs() - bootMs,
    setTimeout: (callback, delayMs) => {
      if (!power.isOn) return null;
      return clock.setTimeout(() => {
        if (power.isOn) callback();
      }, delayMs);
    },
    clearTimeout: (timer) => clock.clearTimeout(timer),
  };
}
