import type { Job, JobProgress } from '../../fleet/contract/jobs.ts';
import type { UpgradeShown } from '../../domain/screens/flow-view.ts';
import type { UpgradeSource, UpgradeStep } from '../../machines/upgrade.machine.ts';
import type { Clock } from '../../hal/clock/contract.ts';
import type { JobDesk } from '../fleet-link/fleet-part.ts';

/** What a job needs of the upgrader. */
export interface JobRunner {
  shown(): UpgradeShown;
  /** False while it is at another release. */
  request(source: UpgradeSource, options: { readonly byHand: boolean; readonly wanted?: string }): boolean;
}

type Report = (progress: JobProgress) => void;

const STATES: Readonly<Record<UpgradeStep, JobProgress['st']>> = {
  offered: 'download',
  staged: 'wait',
  switching: 'reboot',
  trial: 'confirm',
  confirmed: 'ok',
  'rolled-back': 'rolledback',
  failed: 'failed',
  refused: 'rejected',
  current: 'rejected',
};
const ENDS: readonly UpgradeStep[] = ['confirmed', 'rolled-back', 'failed', 'refused', 'current'];
const WHY_MAX = 200;

/**
 * Upgrade jobs of the fleet service. A job is a pointer: it names a version, and the signed metadata says whether there is such a release.
 * It survives the restart because the service offers it again at the next birth: what runs, or was given up, then answers it.
 */
export class UpgradeJobs implements JobDesk {
  readonly #clock: Clock;
  readonly #running: string;
  readonly #upgrader: JobRunner;
  #job: { readonly job: string; readonly ver: number; readonly report: Report } | null = null;
  #count = 0;

  constructor(options: {
    readonly clock: Clock;
    /** The version of this release. */
    readonly running: string;
    readonly upgrader: JobRunner;
  }) {
    this.#clock = options.clock;
    this.#running = options.running;
    this.#upgrader = options.upgrader;
  }

  get current(): string | null {
    return this.#job?.job ?? null;
  }

  take({ job, ver, doc }: Job, report: Report): void {
    if (job === null) return;
    if (this.#job?.job === job && this.#job.ver === ver) return;
    this.#job = { job, ver, report };
    const { phase, step, version, why } = this.#upgrader.shown();
    if (doc === undefined) this.#end('rejected', 'the job names no release');
    else if (doc.version === this.#running && phase !== 'trial') this.#end('ok', '');
    else if (doc.version === this.#running) this.#tell('confirm', '');
    else if (step === 'rolled-back' && version === doc.version) this.#end('rolledback', why);
    else if (this.#upgrader.request('server', { byHand: false, wanted: doc.version })) this.#tell('accepted', '');
    else this.#end('rejected', 'another upgrade is under way');
  }

  /** A step of the upgrade that the terminal is at. */
  step(step: UpgradeStep, why: string): void {
    if (this.#job === null) return;
    if (ENDS.includes(step)) this.#end(STATES[step], why);
    else this.#tell(STATES[step], why);
  }

  #end(st: JobProgress['st'], why: string): void {
    this.#tell(st, why);
    this.#job = null;
  }

  /** Reports of one job must count up, over restarts too: seconds do. */
  #tell(st: JobProgress['st'], why: string): void {
    if (this.#job === null) return;
    const { job, ver, report } = this.#job;
    const t = Math.max(0, Math.floor(this.#clock.wallMs()));
    this.#count = Math.max(this.#count + 1, Math.floor(t / 1000));
    report({ job, ver, n: this.#count, st, t, ...(why !== '' && { why: why.slice(0, WHY_MAX) }) });
  }
}
