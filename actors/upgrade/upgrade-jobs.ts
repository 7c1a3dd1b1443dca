import type { FleetMemoryStore, RememberedJob } from '../../config/fleet-memory.ts';
import type { UpgradeShown } from '../../domain/screens/flow-view.ts';
import type { UpgradeStep } from '../../domain/upgrade-step.ts';
import { causeFor, NO_CAUSE, type UpgradeCause } from '../../domain/upgrade-trouble.ts';
import type { Job, JobProgress } from '../../fleet/contract/jobs.ts';
import type { Clock } from '../../hal/clock/contract.ts';
import type { UpgradeSource } from '../../machines/upgrade-errand.ts';
import type { JobDesk } from '../fleet-link/fleet-part.ts';
import type { Log } from '../log.ts';

/** What an operator may ask of an upgrade beside its version. All of it only narrows what the signed metadata allows. */
export interface JobTerms {
  /** The release that was approved, by its hash. */
  readonly sha256: string | null;
  readonly bytesPerSecond: number | null;
  /** Minutes after the shop's midnight; null: the terminal's own. */
  readonly window: { readonly from: number; readonly to: number } | null;
  /** Epoch ms: the restart comes not before. */
  readonly notBeforeMs: number;
  /** Epoch ms: from here on the window holds nothing back. */
  readonly deadlineMs: number;
}

/** What a job needs of the upgrader. */
export interface JobRunner {
  shown(): UpgradeShown;
  /** False while it is at another release. */
  request(
    source: UpgradeSource,
    options: { readonly byHand: boolean; readonly wanted?: string; readonly terms?: JobTerms },
  ): boolean;
  /** False when there is nothing that could still be taken back. */
  withdraw(cause: UpgradeCause): boolean;
}

type Report = (progress: JobProgress) => void;
type JobDocument = NonNullable<Job['doc']>;

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
  withdrawn: 'withdrawn',
};
const ENDS: readonly JobProgress['st'][] = ['ok', 'rolledback', 'failed', 'rejected', 'withdrawn'];
const WITHDRAWN = causeFor('withdrawn', 'taken back by the operator');
const WHY_MAX = 200;
/** As the contract has codes. */
const REASON = /^[a-z0-9-]{1,32}$/;
/** Reports of a download that were not remembered one by one before a restart. */
const UNREMEMBERED = 20;

interface Current {
  readonly job: string;
  readonly ver: number;
  readonly version: string;
  readonly report: Report;
  st: JobProgress['st'];
}

/**
 * Upgrade jobs of the fleet service. A job is a pointer: it names a version, and the signed metadata says whether there is such a release.
 * It survives the restart because it is remembered, and because the service offers it again at the next birth: what runs, or was given
 * up, then answers it.
 */
export class UpgradeJobs implements JobDesk {
  readonly #options: UpgradeJobsOptions;
  #current: Current | null = null;
  #count: number;
  #percent = 0;
  #isHeld = false;
  #isInTouch = true;
  /** The service has said in this process life what it wants. */
  #hasHeard = false;
  /** The job that came meanwhile; a later one takes its place. */
  #held: (() => void) | null = null;

  constructor(options: UpgradeJobsOptions) {
    this.#options = options;
    this.#count = (this.#remembered?.n ?? 0) + UNREMEMBERED;
  }

  get current(): string | null {
    const remembered = this.#remembered;
    return this.#current?.job ?? (remembered === null || ENDS.includes(remembered.st) ? null : remembered.job);
  }

  /** Jobs wait until `letGo`. */
  hold(): void {
    this.#isHeld = true;
  }

  /** Takes the job that waited, unless it waits for the end of a trial. To be called whenever the upgrade has changed. */
  letGo(): void {
    this.#isHeld = false;
    const held = this.#held;
    this.#held = null;
    held?.();
  }

  /** False from the loss of the link until the service has said what it wants: perhaps the job was taken back. */
  get isInTouch(): boolean {
    return this.#isInTouch;
  }

  /** This start tries the release of a job, and the service has not said since whether it still wants it. */
  get awaitsWord(): boolean {
    const remembered = this.#remembered;
    const isTried =
      remembered !== null && !ENDS.includes(remembered.st) && remembered.version === this.#options.running;
    return isTried && !(this.#hasHeard && this.#isInTouch);
  }

  lost(): void {
    this.#isInTouch = false;
  }

  take(offered: Job, report: Report): void {
    this.#isInTouch = true;
    this.#hasHeard = true;
    const { job } = offered;
    this.#held = null;
    if (job !== null) this.#route(job, offered, report);
  }

  /** What waits is answered later, and says nothing of the link then. */
  #route(job: string, offered: Job, report: Report): void {
    if (this.#isHeld || this.#isAfterTrial(offered)) this.#held = () => this.#route(job, offered, report);
    else this.#answer(job, offered, report);
  }

  /** Another release than the one on trial: it is taken when that one is kept, or by the one that runs after it. */
  #isAfterTrial({ doc }: Job): boolean {
    const { running, upgrader } = this.#options;
    return doc !== undefined && doc.version !== running && upgrader.shown().phase === 'trial';
  }

  #answer(job: string, { ver, doc }: Job, report: Report): void {
    if (this.#current?.job === job && this.#current.ver === ver) return this.#tell(this.#current.st);
    if (!this.#makeRoom(job)) {
      const t = Math.max(0, Math.floor(this.#options.clock.wallMs()));
      const n = Math.floor(t / 1000) + 1;
      return report({ job, ver, n, st: 'rejected', t, reason: 'busy', why: 'another upgrade restarts now' });
    }
    const remembered = this.#remembered;
    const known = remembered?.job === job ? remembered : null;
    const version = doc?.version ?? this.#versionOf(job);
    this.#current = { job, ver, version, report, st: 'accepted' };
    this.#percent = 0;
    if (known !== null && ENDS.includes(known.st)) this.#tell(known.st, known);
    else if (doc === undefined) this.#takeBack(version);
    else this.#follow(doc, remembered);
  }

  /** What the job is about; '' when it is none of ours. */
  #versionOf(job: string): string {
    // What cannot be remembered, on a disk that fails, is known as long as this process lives.
    const known = [this.#remembered, this.#current].find((one) => one?.job === job);
    return known?.version ?? '';
  }

  /** A step of the upgrade that the terminal is at. */
  step(step: UpgradeStep, version: string, cause: UpgradeCause): void {
    if (this.#current !== null) return this.#tell(STATES[step], cause);
    // The end of a job whose terminal restarted: told when the service offers it again.
    const remembered = this.#remembered;
    const isIts = remembered !== null && !ENDS.includes(remembered.st) && remembered.version === version;
    const st = STATES[step];
    if (isIts && ENDS.includes(st)) this.#remember({ ...remembered, st, ...boundedCause(cause) });
  }

  /** How far the download is; told in tenths. */
  progress(percent: number): void {
    if (this.#current === null || percent < this.#percent + 10 || percent >= 100) return;
    this.#percent = percent - (percent % 10);
    this.#tell('download', NO_CAUSE, this.#percent);
  }

  /** A newer job takes the place of one that is not confirmed yet. */
  #makeRoom(job: string): boolean {
    if (this.#current === null || this.#current.job === job) return true;
    return this.#options.upgrader.withdraw(causeFor('replaced', 'another job took its place'));
  }

  get #remembered(): RememberedJob | null {
    return this.#options.memory?.current().job ?? null;
  }

  #follow(doc: JobDocument, remembered: RememberedJob | null): void {
    const { running, upgrader } = this.#options;
    const { phase, step, version, reason, why } = upgrader.shown();
    const isAnothers = remembered !== null && remembered.job !== this.#current?.job;
    if (doc.version === running) this.#tell(phase === 'trial' ? 'confirm' : 'ok');
    else if (step === 'rolled-back' && version === doc.version && !isAnothers)
      this.#tell('rolledback', { reason, why });
    else if (upgrader.request('server', { byHand: false, wanted: doc.version, terms: termsOf(doc) }))
      this.#tell('accepted');
    else this.#tell('rejected', causeFor('busy', 'another upgrade is under way'));
  }

  #takeBack(wanted: string): void {
    const { running, upgrader } = this.#options;
    const { phase, step, version, reason, why } = upgrader.shown();
    // Between the switch and the restart nothing can be stopped: the trial will be.
    if (phase === 'restarting') return;
    if (wanted !== '' && version === wanted && phase !== 'resting' && upgrader.withdraw(WITHDRAWN)) return;
    if (wanted === running) this.#tell('ok', { reason: null, why: 'it was confirmed already' });
    else this.#tell('withdrawn', step === 'rolled-back' ? { reason, why: `rolled back: ${why}` } : WITHDRAWN);
  }

  /** Reports of one job must count up, over restarts too: seconds do, and what is remembered when the clock went back. */
  #tell(st: JobProgress['st'], cause: UpgradeCause = NO_CAUSE, pct?: number): void {
    const current = this.#current;
    if (current === null) return;
    const { job, ver, version, report } = current;
    const t = Math.max(0, Math.floor(this.#options.clock.wallMs()));
    this.#count = Math.max(this.#count + 1, Math.floor(t / 1000));
    const { reason, why } = boundedCause(cause);
    if (pct === undefined) this.#remember({ job, ver, version, n: this.#count, st, reason, why });
    current.st = st;
    if (ENDS.includes(st)) this.#current = null;
    report({
      ...{ job, ver, n: this.#count, st, t },
      ...(reason !== null && { reason }),
      ...(why !== '' && { why }),
      ...(pct !== undefined && { pct }),
    });
  }

  #remember(job: RememberedJob): void {
    const { memory, log } = this.#options;
    memory?.save({ job }).catch((error: unknown) => {
      log.warn({ reason: String(error) }, 'the upgrade job could not be remembered');
    });
  }
}

/** What jobs are compared with, done by and remembered in. */
export interface UpgradeJobsOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** The version of this release. */
  readonly running: string;
  readonly upgrader: JobRunner;
  /** Null for a terminal that belongs to no fleet. */
  readonly memory: Pick<FleetMemoryStore, 'current' | 'save'> | null;
}

/** In the bounds of the memory and of the contract: the code may be another release's. */
function boundedCause({ reason, why }: UpgradeCause): UpgradeCause {
  return { reason: reason !== null && REASON.test(reason) ? reason : null, why: why.slice(0, WHY_MAX) };
}

function termsOf({ sha256, rate, notBefore, deadline, window }: JobDocument): JobTerms {
  return {
    sha256: sha256 ?? null,
    bytesPerSecond: rate ?? null,
    window: window === undefined ? null : { from: window.from, to: window.to },
    notBeforeMs: notBefore ?? 0,
    deadlineMs: deadline ?? Number.MAX_SAFE_INTEGER,
  };
}
