import { createActor, fromPromise, type SnapshotFrom } from 'xstate';
import type { UpgradeShown } from '../../domain/screens/flow-view.ts';
import type { Sentence } from '../../domain/sentence.ts';
import type { UpgradeStep } from '../../domain/upgrade-step.ts';
import { causeFor, causeOf, UpgradeTrouble, type UpgradeCause } from '../../domain/upgrade-trouble.ts';
import type { Voice } from '../../domain/voice/voice.ts';
import type { FetchedRelease, UpgradeOffer, UpgradeSource, UpgradeStart } from '../../machines/upgrade-errand.ts';
import { upgradeMachine } from '../../machines/upgrade.machine.ts';
import type { PaymentDesk } from '../payment-ports.ts';
import { withPorts } from '../with-ports.ts';
import { coded } from './coded-trouble.ts';
import type { Offer } from './release-check.ts';
import { downloadRelease, WrongRelease } from './release-download.ts';
import { fetchRelease } from './release-fetch.ts';
import { payloadOf } from './release-payload.ts';
import type { ReleaseSource } from './release-source.ts';
import { RestartingChart } from './restarting-chart.ts';
import { isWithin, pause } from './time-window.ts';
import { aDomainAnswers, testTrial } from './trial-test.ts';
import { PHASES } from './upgrade-phases.ts';
import { UpgradeJobs, type JobTerms } from './upgrade-jobs.ts';
import type { UpgradePart } from './upgrade-part.ts';

const LOOK_AGAIN_MS = 1000;
const TRIAL_STARTS = 3;
/** Beside the soak: for a slow box to start, and for its self-test. */
const TRIAL_START_MS = 300_000;
const FETCH_ATTEMPTS = 10;
/** Longer than a link needs to come back, shorter than anybody would call a trial stuck. */
const WORD_MS = 900_000;
/** A spoilt file is rarely mended soon, and every look would bring the whole of it again. */
const SPOILED_MS = 86_400_000;
/** Before the launcher's deadline for a trial the waiting ends: an earlier release may have set it without knowing of the wait. */
const DEADLINE_MARGIN_MS = 60_000;

/** What an upgrade must not disturb, and how it is told. */
export interface UpgraderOptions {
  readonly desk: PaymentDesk;
  readonly part: UpgradePart;
  readonly voice: Voice;
  /** Nobody is served, and no payment waits for its answer. */
  readonly isIdle: () => boolean;
  readonly say: (sentence: Sentence) => void;
  /** The release that waits for its time; null: none does any more. */
  readonly due: (version: string | null) => void;
}

/** Fulfils the upgrade's ports. It runs beside the terminal's charts: whatever happens here, payments go on. */
export class Upgrader {
  /** Takes the fleet's jobs. */
  readonly jobs: UpgradeJobs;
  readonly #options: UpgraderOptions;
  readonly #chart: RestartingChart;
  #offer: Offer | null = null;
  /** What was downloaded, between its verification and its slot: files as they are laid out, or the path of an image. */
  #fetched: Buffer | string | null = null;
  /** This start is one more than the release on trial gets. */
  #spent = false;
  /** Monotonic ms until which a trial may wait for the fleet's word. */
  #wordUntilMs = 0;
  /** The release that the counter was told to be waiting. */
  #due: string | null = null;
  #byHand = false;
  /** What the job that is followed asks for; null: nobody's wish but our own. */
  #terms: JobTerms | null = null;
  #last: ({ step: UpgradeStep; version: string } & UpgradeCause) | null = null;
  /** Releases whose file was not what was signed, or that no installer takes, and until when (monotonic ms) nobody looks at them by himself. */
  readonly #spoiled = new Map<string, number>();

  constructor(options: UpgraderOptions) {
    this.#options = options;
    const { clock, log, version, fleet } = options.desk.parts;
    this.jobs = new UpgradeJobs({ clock, log, running: version, upgrader: this, memory: fleet?.memory ?? null });
    const { checkMs, soakMs, laterMs, laterTimes } = options.part;
    const limits = { checkMs, fetchAttempts: FETCH_ATTEMPTS, soakMs, wordMs: WORD_MS, laterMs, laterTimes };
    // Whether this start is a trial decides what a job means: jobs wait until it is known.
    this.jobs.hold();
    this.#chart = new RestartingChart({
      clock,
      make: () => createActor(this.#provided(), { clock, input: { limits } }),
      onChange: ({ value, context }) => {
        if (value !== 'starting') this.jobs.letGo();
        this.#showDue(PHASES[value] === 'waiting' ? context.version : null);
      },
      onCrash: (error, last) => this.#crashed(error, last),
    });
  }

  /** From here on it looks, downloads and tries; gives what ends it. */
  start(): () => void {
    return this.#chart.start();
  }

  /** Looks for a release and takes it; false while it is at another one. `wanted`: the version that a job names. */
  request(
    source: UpgradeSource,
    options: { readonly byHand: boolean; readonly wanted?: string; readonly terms?: JobTerms },
  ): boolean {
    const { byHand, wanted = null, terms = null } = options;
    const event = { type: 'upgrade.requested', source, byHand, wanted } as const;
    return this.#chart.take(event, () => {
      this.#byHand = byHand;
      this.#terms = terms;
    });
  }

  /** Takes an upgrade back that is not confirmed yet; false when there is none. */
  withdraw(cause: UpgradeCause): boolean {
    return this.#chart.take({ type: 'upgrade.withdrawn', ...cause });
  }

  /** Puts the restart off, as often as the operator allows; after a job's deadline not at all. */
  later(): void {
    if (!this.#isOverdue()) this.#chart.take({ type: 'upgrade.later' });
  }

  /** For the cashier's screen. */
  shown(): UpgradeShown {
    const { value, context } = this.#chart.snapshot;
    const { server, media } = this.#options.part;
    return {
      phase: PHASES[value] ?? 'resting',
      step: this.#last?.step ?? null,
      version: context.version === '' ? (this.#last?.version ?? '') : context.version,
      percent: context.total === 0 ? 0 : Math.floor((context.done / context.total) * 100),
      reason: this.#last?.reason ?? null,
      why: this.#last?.why ?? '',
      mayWait: !this.#isOverdue() && this.#chart.snapshot.can({ type: 'upgrade.later' }),
      fromServer: server !== null,
      fromMedia: media !== null,
    };
  }

  #provided() {
    const { installer } = this.#options.part;
    return withPorts(upgradeMachine, {
      actors: {
        readStart: fromPromise<UpgradeStart, void>(() => this.#begin()),
        check: fromPromise<UpgradeOffer | null, { source: UpgradeSource; byHand: boolean; wanted: string | null }>(
          ({ input, signal }) => coded(this.#check(input, signal)),
        ),
        fetch: fromPromise<FetchedRelease, UpgradeOffer & { source: UpgradeSource }>(({ input, signal }) =>
          coded(this.#fetch(input.source, signal)),
        ),
        stage: fromPromise<void, UpgradeOffer>(() => coded(this.#stage())),
        waitForIdle: fromPromise<void, { byHand: boolean }>(({ input, signal }) =>
          this.#waitForIdle(input.byHand, signal),
        ),
        switchOver: fromPromise<void, UpgradeOffer>(({ input, signal }) => this.#switchOrPause(input, signal)),
        selfTest: fromPromise<void, void>(({ signal }) => coded(this.#selfTest(signal))),
        awaitWord: fromPromise<void, void>(({ signal }) => this.#awaitWord(signal)),
        confirm: fromPromise<void, void>(() => installer.confirm()),
        rollBack: fromPromise<void, UpgradeCause>(({ input }) => installer.rollBack(input)),
        forgetRollback: fromPromise<void, void>(() => installer.forgetRollback()),
      },
      actions: {
        tell: (_, { step, version, reason, why }) => this.#tell(step, version, { reason, why }),
        restart: () => this.#options.part.restart(),
      },
    });
  }

  async #begin(): Promise<UpgradeStart> {
    const start = await this.#options.part.installer.begin();
    this.#spent = start.kind === 'trial' && start.isSpent;
    const deadlineMs = start.kind === 'trial' ? start.deadlineMs : 0;
    this.#wordUntilMs = this.#options.desk.parts.clock.monotonicMs() + deadlineMs - DEADLINE_MARGIN_MS;
    return start;
  }

  async #check(
    { source, byHand, wanted }: { source: UpgradeSource; byHand: boolean; wanted: string | null },
    signal: AbortSignal,
  ): Promise<UpgradeOffer | null> {
    const { desk, part } = this.#options;
    const { release, rollbackIndex, failed } = await part.installer.installed();
    // Loaded with the first errand: a terminal that only sells never pays for it.
    const { checkForRelease } = await import('./release-check.ts');
    const offer = await this.#with(source, (opened) =>
      checkForRelease(
        {
          disk: desk.parts.disk,
          trusted: `${part.folder}/trusted`,
          firstRoot: part.firstRoot,
          home: {
            version: desk.parts.version,
            rollbackIndex,
            hardware: part.hardware,
            format: part.installer.format,
          },
          failed: byHand ? [] : [...failed, ...this.#spoiledNow()],
          running: release,
          grants: {
            offline: source === 'folder',
            rollback: byHand || wanted !== null,
            nowMs: desk.parts.clock.wallMs(),
          },
        },
        opened,
        signal,
        wanted,
      ),
    );
    const approved = this.#terms?.sha256 ?? null;
    if (offer !== null && wanted !== null && approved !== null && approved !== offer.sha256) {
      throw new UpgradeTrouble('not-approved', `the signed release ${wanted} is not the one that was approved`);
    }
    this.#offer = offer;
    return offer === null ? null : { version: offer.facts.version, release: offer.sha256 };
  }

  async #fetch(source: UpgradeSource, signal: AbortSignal): Promise<FetchedRelease> {
    const { desk, part } = this.#options;
    const { disk, clock } = desk.parts;
    const offer = this.#offer;
    if (offer === null) throw new Error('nothing was offered');
    const onProgress = (done: number, total: number): void => {
      this.#chart.take({ type: 'upgrade.progress', done, total });
      this.jobs.progress(Math.floor((done / total) * 100));
    };
    const folder = `${part.folder}/download`;
    const bytesPerSecond = leastOf(part.bytesPerSecond, this.#terms?.bytesPerSecond ?? null);
    try {
      const download = { disk, clock, folder, bytesPerSecond, onProgress };
      const running = () => part.installer.content();
      const onNoPatch = (reason: string): void => {
        this.#offer = { ...offer, patch: null };
        desk.parts.log.info({ version: offer.facts.version, reason }, 'no patch: the whole release comes');
      };
      this.#fetched = await this.#with<Buffer | string>(source, (opened) =>
        part.installer.format === 'raucb'
          ? downloadRelease(download, offer, opened, signal)
          : fetchRelease({ download, running, onNoPatch }, offer, opened, signal),
      );
      return { kind: 'whole' };
    } catch (error) {
      if (error instanceof WrongRelease) return { kind: 'wrong', ...causeOf(error) };
      throw error;
    }
  }

  async #stage(): Promise<void> {
    const offer = this.#offer;
    const fetched = this.#fetched;
    if (offer === null || fetched === null) throw new Error('nothing was downloaded');
    this.#fetched = null;
    const { version, rollbackIndex } = offer.facts;
    const payload = payloadOf(fetched, version);
    await this.#options.part.installer.stage({ version, release: offer.sha256, rollbackIndex }, payload);
  }

  async #waitForIdle(byHand: boolean, signal: AbortSignal): Promise<void> {
    const { desk, isIdle } = this.#options;
    const { clock, utcOffsetMinutes } = desk.parts;
    for (;;) {
      signal.throwIfAborted();
      if (isIdle() && (byHand || (this.#isWanted() && this.#isTime(clock.wallMs(), utcOffsetMinutes)))) return;
      await pause(clock, LOOK_AGAIN_MS, signal);
    }
  }

  #showDue(version: string | null): void {
    if (version === this.#due) return;
    this.#due = version;
    this.#options.due(version);
  }

  #isOverdue(): boolean {
    return this.#terms !== null && this.#options.desk.parts.clock.wallMs() >= this.#terms.deadlineMs;
  }

  /** Nobody's job, or one of which the service would have said by now that it is taken back. */
  #isWanted(): boolean {
    return this.#terms === null || this.jobs.isInTouch;
  }

  /** The window of the job, or the terminal's own. */
  #isTime(nowMs: number, utcOffsetMinutes: number): boolean {
    const { notBeforeMs = 0, deadlineMs = Number.MAX_SAFE_INTEGER, window = null } = this.#terms ?? {};
    if (nowMs < notBeforeMs) return false;
    return nowMs >= deadlineMs || isWithin(window ?? this.#options.part.window, nowMs, utcOffsetMinutes);
  }

  /** What keeps it from switching, a customer or a disk, may last: it is looked at once a second. */
  async #switchOrPause(offer: UpgradeOffer, signal: AbortSignal): Promise<void> {
    try {
      await this.#switchOver(offer, signal);
    } catch (error) {
      const { clock, log } = this.#options.desk.parts;
      log.debug({ reason: wordsOf(error) }, 'the upgrade did not switch');
      await pause(clock, LOOK_AGAIN_MS, signal);
      throw error;
    }
  }

  /** A sale that began while the boot loader was told goes first: then what starts next is what runs. */
  async #switchOver({ version, release }: UpgradeOffer, signal: AbortSignal): Promise<void> {
    const { part, isIdle } = this.#options;
    const { installer, soakMs } = part;
    const provesGateway = await aDomainAnswers(this.#options.desk, signal);
    signal.throwIfAborted();
    if (!isIdle()) throw new Error('somebody is served');
    if (!this.#isWanted()) throw new Error('the fleet service is out of reach');
    const deadlineMs = TRIAL_START_MS + soakMs + WORD_MS;
    await installer.beginTrial({ version, release }, { attempts: TRIAL_STARTS, deadlineMs, provesGateway });
    if (isIdle() && !signal.aborted) return;
    await installer.callOff();
    throw new Error('somebody is served');
  }

  async #selfTest(signal: AbortSignal): Promise<void> {
    if (this.#spent) throw new UpgradeTrouble('did-not-start', 'not confirmed after all its starts');
    const { mustReachGateway } = await this.#options.part.installer.installed();
    await testTrial(this.#options.desk, { mustReachGateway }, signal);
  }

  /** Sales go on; what the service takes back comes as an event. Power that goes meanwhile is not held against the release. */
  async #awaitWord(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#options.desk.parts;
    if (!this.jobs.awaitsWord) return;
    await this.#options.part.installer.proven().catch((error: unknown) => {
      log.warn({ reason: wordsOf(error) }, 'the release on trial keeps its few starts');
    });
    while (this.jobs.awaitsWord && clock.monotonicMs() < this.#wordUntilMs) await pause(clock, LOOK_AGAIN_MS, signal);
  }

  async #with<Result>(source: UpgradeSource, work: (opened: ReleaseSource) => Promise<Result>): Promise<Result> {
    const open = source === 'server' ? this.#options.part.server : this.#options.part.media;
    if (open === null) throw new UpgradeTrouble('no-source', 'this way to releases is not configured');
    const opened = await open();
    try {
      return await work(opened);
    } finally {
      await opened.close();
    }
  }

  /** An errand that a crash ended is told as failed; a trial goes on from the record, and rest was nothing. */
  #crashed(error: unknown, { value, context }: SnapshotFrom<typeof upgradeMachine>): void {
    this.#options.desk.parts.log.error(
      { reason: wordsOf(error), state: value },
      'the upgrade chart crashed: it begins anew in a minute',
    );
    const failed = (): void => this.#tell('failed', context.version, causeFor('crashed', 'the upgrade crashed'));
    if (value === 'switching' || value === 'restarting') {
      // What the record says starts next; when that cannot be called off, the trial tells its own end.
      this.#options.part.installer.callOff().then(failed, () => undefined);
      return;
    }
    const phase = PHASES[value];
    if (phase !== 'resting' && phase !== 'trial' && phase !== 'restarting') failed();
  }

  #tell(step: UpgradeStep, version: string, cause: UpgradeCause): void {
    const { clock, log } = this.#options.desk.parts;
    this.#last = { step, version, ...cause };
    log.info({ ...this.#last }, 'upgrade');
    // Looking and finding nothing is no news to write down every hour.
    if (step !== 'current') this.#record(step, version, cause);
    const spoilt = step === 'failed' && (cause.reason === 'tampered' || cause.reason === 'installer');
    if (spoilt && this.#offer !== null) this.#spoiled.set(this.#offer.sha256, clock.monotonicMs() + SPOILED_MS);
    this.#say(step);
    this.jobs.step(step, version, cause);
  }

  #spoiledNow(): string[] {
    const now = this.#options.desk.parts.clock.monotonicMs();
    return [...this.#spoiled].filter(([, untilMs]) => untilMs > now).map(([release]) => release);
  }

  #record(step: UpgradeStep, version: string, { reason, why }: UpgradeCause): void {
    const { desk } = this.#options;
    try {
      const coded = reason === null ? {} : { reason };
      const fact = { type: 'UPGRADE', step, version: version.slice(0, 64), ...coded, why: why.slice(0, 200) } as const;
      if (desk.journal.isOpen) desk.journal.record([fact], { flush: true });
    } catch (error) {
      desk.parts.log.warn({ reason: wordsOf(error) }, 'a step of the upgrade could not be written down');
    }
  }

  /** What the cashier asked for is answered aloud; what goes on by itself is heard only when the terminal changes. */
  #say(step: UpgradeStep): void {
    const { voice, say } = this.#options;
    if (step === 'switching') say(voice.upgradeStarted());
    else if (step === 'confirmed') say(voice.upgradeDone());
    else if (step === 'rolled-back') say(voice.upgradeFailed());
    else if (step === 'current' && this.#byHand) say(voice.upgradeNone());
  }
}

/** The lower of two limits; null: there is none. */
function leastOf(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
