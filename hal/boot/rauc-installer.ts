import { confirmed, otherSlot, proven, rolledBack, type BootState } from '../../domain/boot-state.ts';
import { causeFor, UpgradeTrouble, type UpgradeCause } from '../../domain/upgrade-trouble.ts';
import type { ProgramResult } from '../program/run-program.ts';
import type {
  BootStart,
  BootStore,
  Installed,
  Installer,
  ReleaseNames,
  ReleasePayload,
  TrialTerms,
} from './contract.ts';
import type { ImageNotes } from './image-notes.ts';
import { raucStatusOf, spareOf, type RaucStatus } from './rauc-status.ts';

const WORD_MS = 60_000;
/** An image of hundreds of megabytes onto slow flash. */
const INSTALL_MS = 1_800_000;
const WENT_BACK = causeFor('went-back', 'the boot loader went back to the earlier system');

/** How RAUC is run, and what is remembered beside it. */
export interface RaucOptions {
  /** Runs `rauc` with these words; its answers must be in English. */
  readonly rauc: (words: readonly string[], limitMs: number) => Promise<ProgramResult>;
  /** What is on trial, was given up and failed: on the data partition, which both systems see. */
  readonly boot: BootStore;
  readonly notes: ImageNotes;
  /** Names this start of the machine; another one after every reboot. */
  readonly bootId: () => string;
}

/**
 * Whole systems, written by RAUC and chosen by the boot loader. RAUC checks the bundle's own signature; the boot loader counts the starts
 * of a system that was not marked good, and goes back by itself when there are too many. `system.conf` must say `activate-installed=false`:
 * what is staged waits for an idle counter.
 */
export class RaucInstaller implements Installer {
  readonly format = 'raucb';
  readonly #options: RaucOptions;
  #slot: string | null = null;
  /** This process life is counted once, however often the upgrade chart begins anew. */
  #isCounted = false;

  constructor(options: RaucOptions) {
    this.#options = options;
  }

  get slot(): string | null {
    return this.#slot;
  }

  async begin(): Promise<BootStart> {
    const { boot, notes, bootId } = this.#options;
    const status = await this.#status();
    const state = this.#standing(status);
    const { trial, rolledBack: gone } = state;
    if (trial !== null && trial.slot === status.booted) {
      // The boot loader counts the starts of the machine; those of this process alone are counted here.
      const counted = { ...trial, boots: trial.boots + (this.#isCounted ? 0 : 1) };
      if (!this.#isCounted) boot.write({ ...state, trial: counted });
      this.#isCounted = true;
      const isSpent = counted.boots > trial.attempts;
      return { kind: 'trial', version: trial.version, isSpent, deadlineMs: trial.deadlineMs };
    }
    if (trial !== null) {
      await this.#mark('active', 'booted');
      if (notes.read().orderedIn === bootId()) {
        // This process ended before the machine was restarted: nothing was tried.
        boot.write({ ...state, trial: null });
        return { kind: 'rest' };
      }
      const after = rolledBack(state, WENT_BACK);
      boot.write(after);
      return { kind: 'rolledBack', version: trial.version, ...WENT_BACK };
    }
    // Boot loaders count every start: one that nobody marks good is one too many some day.
    await this.#mark('good', 'booted');
    if (gone === null) return { kind: 'rest' };
    return { kind: 'rolledBack', version: gone.version, reason: gone.reason, why: gone.why };
  }

  async installed(): Promise<Installed> {
    const status = await this.#status();
    const { failed, trial } = this.#standing(status);
    const note = this.#options.notes.read().images[status.booted];
    const isOurs = note !== null && note.checksum === status.slots[status.booted].checksum;
    return {
      release: isOurs ? note.release : null,
      rollbackIndex: isOurs ? note.rollbackIndex : 0,
      failed,
      mustReachGateway: trial?.slot === status.booted && trial.provesGateway,
    };
  }

  content(): Promise<null> {
    return Promise.resolve(null);
  }

  async stage(release: ReleaseNames & { readonly rollbackIndex: number }, payload: ReleasePayload): Promise<void> {
    if (payload.format !== 'raucb')
      throw new UpgradeTrouble('other-format', `${release.version} is files: this box takes whole images`);
    const { notes } = this.#options;
    const before = await this.#status();
    const spare = spareOf(before);
    const known = notes.read();
    notes.write({ ...known, images: { ...known.images, [spare]: null } });
    await this.#run(['install', payload.path], INSTALL_MS);
    const { primary, booted, slots } = await this.#status();
    if (primary !== booted) {
      await this.#mark('active', 'booted');
      throw new UpgradeTrouble(
        'installer',
        'rauc would start the release at once: system.conf must say activate-installed=false',
      );
    }
    const { version, checksum, isWhole } = slots[spare];
    if (!isWhole || checksum === null)
      throw new UpgradeTrouble('installer', `rauc did not write ${slots[spare].name} to its end`);
    if (version !== release.version)
      throw new UpgradeTrouble('tampered', `the release calls itself ${version ?? 'nothing'}`);
    const note = { release: release.release, rollbackIndex: release.rollbackIndex, checksum };
    notes.write({ ...known, images: { ...known.images, [spare]: note } });
  }

  /**
   * The record is written before the boot loader is told. A power cut between the two looks like a release that the boot loader gave up:
   * it is told as that, and may be tried again; the other way round a release would run that nobody knows to be on trial.
   */
  async beginTrial({ version, release }: ReleaseNames, terms: TrialTerms): Promise<void> {
    const { boot, notes, bootId } = this.#options;
    const status = await this.#status();
    const slot = spareOf(status);
    const trial = { slot, version, release, boots: 0, ...terms };
    notes.write({ ...notes.read(), orderedIn: bootId() });
    const state = this.#standing(status);
    boot.write({ ...state, active: status.booted, rolledBack: null, trial });
    try {
      await this.#mark('active', status.slots[slot].name);
    } catch (error) {
      boot.write({ ...state, trial: null });
      throw error;
    }
  }

  /** The boot loader counts anew from the mark on; that the trial goes on, and for how many starts, only the record says. */
  async proven(): Promise<void> {
    await this.#mark('good', 'booted');
    await this.#write(proven);
  }

  async callOff(): Promise<void> {
    await this.#mark('active', 'booted');
    await this.#write((state) => ({ ...state, trial: null }));
  }

  async confirm(): Promise<void> {
    await this.#mark('good', 'booted');
    await this.#write(confirmed);
  }

  async rollBack(cause: UpgradeCause): Promise<void> {
    const { slots, booted } = await this.#status();
    await this.#mark('active', slots[otherSlot(booted)].name);
    await this.#mark('bad', 'booted');
    await this.#write((state) => rolledBack(state, cause));
  }

  forgetRollback(): Promise<void> {
    return this.#write((state) => ({ ...state, rolledBack: null }));
  }

  async #write(change: (state: BootState) => BootState): Promise<void> {
    const status = await this.#status();
    this.#options.boot.write(change(this.#standing(status)));
  }

  #standing({ booted }: RaucStatus): BootState {
    return this.#options.boot.read() ?? { active: booted, trial: null, rolledBack: null, failed: [] };
  }

  async #status(): Promise<RaucStatus> {
    const status = raucStatusOf(await this.#run(['status', '--detailed', '--output-format=json'], WORD_MS));
    this.#slot = status.slots[status.booted].name;
    return status;
  }

  /** `which`: `booted`, or the name of a slot. */
  async #mark(as: 'good' | 'bad' | 'active', which: string): Promise<void> {
    await this.#run(['status', `mark-${as}`, which], WORD_MS);
  }

  /** @throws Error with the reason that RAUC gave */
  async #run(words: readonly string[], limitMs: number): Promise<string> {
    const { code, stdout, stderr } = await this.#options.rauc(words, limitMs);
    if (code === 0) return stdout;
    const said = /^LastError: (.+)$/m.exec(stdout)?.[1] ?? stderr.trim().split('\n').at(-1) ?? '';
    const what = words[0] === 'install' ? 'install' : words.slice(0, 2).join(' ');
    throw new UpgradeTrouble('installer', `rauc ${what}: ${said === '' ? `exit code ${code}` : said}`.slice(0, 200));
  }
}
