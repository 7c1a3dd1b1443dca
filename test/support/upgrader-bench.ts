import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FolderSource } from '../../actors/upgrade/folder-source.ts';
import type { UpgradePart } from '../../actors/upgrade/upgrade-part.ts';
import { Upgrader } from '../../actors/upgrade/upgrader.ts';
import type { PaymentDesk } from '../../actors/payment-ports.ts';
import type { UpgradeStep } from '../../domain/upgrade-step.ts';
import { voiceFor } from '../../domain/voice/voice.ts';
import type { UpgradeJobsOptions } from '../../actors/upgrade/upgrade-jobs.ts';
import type { SlotName } from '../../domain/boot-state.ts';
import type { Installer } from '../../hal/boot/contract.ts';
import type { Clock } from '../../hal/clock/contract.ts';
import type { JobProgress } from '../../fleet/contract/jobs.ts';
import { BootRecord } from '../../hal/boot/boot-record.ts';
import { SlotFolders } from '../../hal/boot/slot-folders.ts';
import { SlotsInstaller } from '../../hal/boot/slots-installer.ts';
import { SystemClock } from '../../hal/clock/system-clock.ts';
import { NodeDisk } from '../../hal/disk/node-disk.ts';

/** A step of an upgrade as the terminal's journal has it. */
export interface UpgradeFact {
  readonly step: string;
  readonly version: string;
  readonly reason?: string;
  readonly why: string;
}

/** What the bench is, where it is not a terminal of 1.0.0 from slot a on the system's clock. */
export interface UpgraderBenchOptions {
  /** A repository in a folder. */
  readonly source: string;
  /** The root that the box was delivered with. */
  readonly root: string;
  /** Another one than that of the slots. */
  readonly installer?: Installer;
  readonly clock?: Clock;
  /** What runs: 1.0.0 from slot a, unless said. */
  readonly running?: { readonly slot: SlotName; readonly version: string };
  /** The upgrade job that an earlier process life remembered. */
  readonly memory?: UpgradeJobsOptions['memory'];
}

/** The real upgrader on a real disk, before a repository in a folder; the terminal around it does nothing but run. */
export class UpgraderBench {
  readonly facts: UpgradeFact[] = [];
  readonly reports: JobProgress[] = [];
  readonly upgrader: Upgrader;
  readonly slots: SlotFolders;
  readonly boot: BootRecord;
  /** Nobody stands at the counter. */
  isIdle = false;
  /** What the counter was told of a release that waits. */
  readonly due: (string | null)[] = [];
  /** At the counter, by the upgrader. */
  looks = 0;
  /** The process was ended so that another release starts. */
  restarts = 0;
  #source: string;
  readonly #watchers = new Set<() => void>();
  readonly #stop: () => void;

  constructor(box: string, options: UpgraderBenchOptions) {
    const { source, root, installer, clock = new SystemClock(), memory = null } = options;
    const { slot, version } = options.running ?? { slot: 'a', version: '1.0.0' };
    this.#source = source;
    const disk = new NodeDisk();
    const folder = join(box, 'upgrade');
    this.slots = new SlotFolders({ disk, folder });
    this.boot = new BootRecord({ disk, folder });
    const files = [{ path: 'till-terminal.cjs', bytes: Buffer.from('program 1.0.0') }];
    this.slots.install('a', { version: '1.0.0', release: null, rollbackIndex: 1, entry: 'till-terminal.cjs' }, files);
    const open = () => Promise.resolve(new FolderSource(this.#source));
    const part: UpgradePart = {
      installer: installer ?? new SlotsInstaller({ slot, boot: this.boot, slots: this.slots }),
      ...{ folder, server: open, media: open, hardware: 'TILL_T1' },
      ...{ checkMs: null, bytesPerSecond: null, window: null, soakMs: 0, laterMs: 1000, laterTimes: 3 },
      firstRoot: () => readFileSync(root),
      restart: () => {
        this.restarts++;
        this.#wake();
      },
    };
    this.upgrader = new Upgrader({
      ...{
        desk: this.#desk({ disk, clock, version, memory }),
        part,
        isIdle: () => {
          this.looks++;
          return this.isIdle;
        },
        say: () => undefined,
        due: (version) => void this.due.push(version),
      },
      voice: voiceFor('en', 480),
    });
    this.#stop = this.upgrader.start();
  }

  /** Another repository takes the place of the one before: what an attacker on the way does. */
  replace(source: string): void {
    this.#source = source;
  }

  /** Asks as the cashier does; resolves with the first step that ends it, or with `staged`. */
  async ask(wanted?: string): Promise<UpgradeFact> {
    const from = this.facts.length;
    const options = { byHand: wanted === undefined, ...(wanted !== undefined && { wanted }) };
    // Not before it knows what it started as, and not while it is at the release before.
    await this.until(() => this.upgrader.request('folder', options));
    const ends = ['refused', 'failed', 'staged', 'current'];
    await this.until(() => this.facts.slice(from).some(({ step }) => ends.includes(step)));
    return this.facts.slice(from).find(({ step }) => ends.includes(step)) ?? { step: '', version: '', why: '' };
  }

  /** Looks as the terminal does by itself; resolves with the step that ends it. */
  async look(): Promise<string> {
    const seen = (): UpgradeStep | null => this.upgrader.shown().step;
    await this.until(
      () => this.upgrader.shown().phase === 'resting' && this.upgrader.request('folder', { byHand: false }),
    );
    await this.until(() => this.upgrader.shown().phase === 'resting' || this.upgrader.shown().phase === 'waiting');
    return seen() ?? '';
  }

  /** Takes a job of the fleet service; resolves with its last report. */
  async job(job: string, doc: { version: string; sha256?: string }): Promise<JobProgress | undefined> {
    const ends = ['rejected', 'failed', 'wait', 'ok'];
    this.upgrader.jobs.take({ job, ver: 1, doc: { target: `till-${doc.version}.zst`, ...doc } }, (progress) => {
      this.reports.push(progress);
      this.#wake();
    });
    await this.until(() => this.reports.some((report) => report.job === job && ends.includes(report.st)));
    return this.reports.findLast((report) => report.job === job);
  }

  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      await new Promise<void>((resolve) => {
        this.#watchers.add(resolve);
        setTimeout(resolve, 20);
      });
    }
  }

  close(): void {
    this.#stop();
  }

  #wake(): void {
    for (const wake of this.#watchers) wake();
    this.#watchers.clear();
  }

  #desk({ memory, ...parts }: { disk: NodeDisk; clock: Clock; version: string; memory: unknown }): PaymentDesk {
    const silent = () => undefined;
    const desk = {
      journal: {
        isOpen: true,
        record: (facts: readonly UpgradeFact[]) => {
          this.facts.push(...facts.map(({ step, version, reason, why }) => ({ step, version, why, ...coded(reason) })));
          this.#wake();
        },
      },
      parts: {
        ...{ ...parts, utcOffsetMinutes: 480, fleet: { memory }, settings: { current: () => null } },
        devices: { printer: { status: () => 'ok' } },
        log: { debug: silent, info: silent, warn: silent, error: silent },
        config: { gateway: { domains: [] } },
      },
    };
    return desk as unknown as PaymentDesk;
  }
}

const coded = (reason: string | undefined) => (reason === undefined ? {} : { reason });
