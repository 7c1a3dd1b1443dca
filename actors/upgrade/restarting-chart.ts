import type { Actor, SnapshotFrom } from 'xstate';
import type { Clock } from '../../hal/clock/contract.ts';
import type { UpgradeEvent } from '../../machines/upgrade-errand.ts';
import type { upgradeMachine } from '../../machines/upgrade.machine.ts';

type Chart = typeof upgradeMachine;

const RESTART_MS = 60_000;

/** What makes the chart, and who hears of its steps and crashes. */
export interface RestartingChartOptions {
  readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  /** A new one, not started. */
  readonly make: () => Actor<Chart>;
  readonly onChange: (snapshot: SnapshotFrom<Chart>) => void;
  /** Told of every crash, with what the chart stood in. Must not throw. */
  readonly onCrash: (error: unknown, last: SnapshotFrom<Chart>) => void;
}

/**
 * The upgrade's chart, which begins anew a minute after a crash from what stands on the disk, as after a start. It is counted nowhere and
 * ends nothing: payments do not feel it.
 */
export class RestartingChart {
  readonly #options: RestartingChartOptions;
  #actor: Actor<Chart>;
  #isDown = false;
  #timer: unknown = null;

  constructor(options: RestartingChartOptions) {
    this.#options = options;
    this.#actor = this.#made();
  }

  /** Gives what ends it. */
  start(): () => void {
    this.#actor.start();
    return () => {
      this.#options.clock.clearTimeout(this.#timer);
      this.#actor.stop();
    };
  }

  /** The last one before a crash, while it is down. */
  get snapshot(): SnapshotFrom<Chart> {
    return this.#actor.getSnapshot();
  }

  /** Whether the event is taken; it is sent then. */
  take(event: UpgradeEvent, before: () => void = () => undefined): boolean {
    if (this.#isDown || !this.snapshot.can(event)) return false;
    before();
    this.#actor.send(event);
    return true;
  }

  #made(): Actor<Chart> {
    const actor = this.#options.make();
    actor.subscribe({ next: this.#options.onChange, error: (error) => this.#crashed(error) });
    return actor;
  }

  #crashed(error: unknown): void {
    this.#isDown = true;
    this.#options.onCrash(error, this.snapshot);
    this.#timer = this.#options.clock.setTimeout(() => {
      this.#actor = this.#made();
      this.#isDown = false;
      this.#actor.start();
    }, RESTART_MS);
  }
}
