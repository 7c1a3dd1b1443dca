import { causeFor, NO_CAUSE, type UpgradeCause } from '../../../domain/upgrade-trouble.ts';
import type { Job, JobProgress } from '../../contract/jobs.ts';

/** What a simulated terminal does for its upgrade. */
export interface SimulatedUpgradeParts {
  readonly nowMs: () => number;
  /** One task at a time; a new one takes the place of the one before. */
  readonly later: (delayMs: number, task: () => void) => void;
  readonly report: (progress: JobProgress) => void;
  readonly running: () => string;
  /** Ends this process life and begins one of another version. */
  readonly restartAs: (version: string) => void;
  /** Between two steps, ms. */
  readonly stepMs: () => number;
}

interface Current {
  readonly job: string;
  readonly version: string;
  readonly before: string;
  ver: number;
}

/** A version that says so in its name comes up and is not confirmed: the box goes back to the one before. */
const BROKEN = '-broken';
const WAY = ['accepted', 'download', 'wait', 'reboot'] as const;

/** An upgrade as the service sees it: the reports and births of one that goes well, or is taken back; nothing is installed. */
export class SimulatedUpgrade {
  readonly #parts: SimulatedUpgradeParts;
  readonly #ends = new Map<string, JobProgress['st']>();
  #current: Current | null = null;
  #onTrial = false;
  #n = 0;

  constructor(parts: SimulatedUpgradeParts) {
    this.#parts = parts;
  }

  take({ job, ver, doc }: Job): void {
    if (job === null) return;
    const end = this.#ends.get(job);
    if (end !== undefined) return this.#report(job, ver, end);
    if (doc === undefined) return this.#takeBack(job, ver);
    if (this.#current?.job === job) return this.#onTrial ? this.#report(job, ver, 'confirm') : undefined;
    const before = this.#parts.running();
    this.#current = { job, ver, version: doc.version, before };
    if (doc.version === before) return this.#end('ok');
    this.#goOn(0);
  }

  #goOn(step: number): void {
    const current = this.#current;
    const st = WAY[step];
    if (current === null) return;
    if (st !== undefined) this.#report(current.job, current.ver, st);
    this.#parts.later(this.#parts.stepMs(), () => {
      if (step + 1 < WAY.length) return this.#goOn(step + 1);
      this.#onTrial = true;
      this.#parts.restartAs(current.version);
      this.#parts.later(this.#parts.stepMs() * 2, () => {
        this.#report(current.job, current.ver, 'confirm');
        if (current.version.endsWith(BROKEN)) return this.#fallBack(current);
        this.#parts.later(this.#parts.stepMs() * 2, () => this.#end('ok'));
      });
    });
  }

  #fallBack({ before }: Current): void {
    this.#parts.later(this.#parts.stepMs(), () => {
      this.#parts.restartAs(before);
      this.#parts.later(this.#parts.stepMs(), () =>
        this.#end('rolledback', causeFor('did-not-start', 'not confirmed after 3 starts')),
      );
    });
  }

  #takeBack(job: string, ver: number): void {
    const current = this.#current;
    if (current?.job !== job) return this.#report(job, ver, 'withdrawn');
    current.ver = ver;
    if (this.#onTrial) this.#parts.restartAs(current.before);
    this.#parts.later(this.#parts.stepMs(), () => this.#end('withdrawn'));
  }

  #end(st: JobProgress['st'], cause: UpgradeCause = NO_CAUSE): void {
    const current = this.#current;
    if (current === null) return;
    this.#ends.set(current.job, st);
    this.#current = null;
    this.#onTrial = false;
    this.#report(current.job, current.ver, st, cause);
  }

  #report(job: string, ver: number, st: JobProgress['st'], { reason, why }: UpgradeCause = NO_CAUSE): void {
    this.#n += 1;
    const said = { ...(reason !== null && { reason }), ...(why !== '' && { why }) };
    this.#parts.report({ job, ver, n: this.#n, st, t: this.#parts.nowMs(), ...said });
  }
}
