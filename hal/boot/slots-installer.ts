import { confirmed, otherSlot, proven, rolledBack, type BootState, type SlotName } from '../../domain/boot-state.ts';
import { UpgradeTrouble, type UpgradeCause } from '../../domain/upgrade-trouble.ts';
import type {
  BootStart,
  BootStore,
  Installed,
  InstalledContent,
  Installer,
  ReleaseNames,
  ReleasePayload,
  Slots,
  TrialTerms,
} from './contract.ts';

/**
 * The two folders and the boot record that the launcher reads. Every step is done when the call returns: between a caller's last look
 * at the counter and the record nothing else can happen.
 */
export class SlotsInstaller implements Installer {
  readonly format = 'files';
  readonly slot: SlotName;
  readonly #boot: BootStore;
  readonly #slots: Slots;

  /** `slot`: the one that this process was started from. */
  constructor({ slot, boot, slots }: { readonly slot: SlotName; readonly boot: BootStore; readonly slots: Slots }) {
    this.slot = slot;
    this.#boot = boot;
    this.#slots = slots;
  }

  begin(): Promise<BootStart> {
    return atOnce(() => {
      const { trial, rolledBack: gone } = this.#standing();
      // The launcher counts the starts, and gives the release up when they are used up.
      if (trial?.slot === this.slot) {
        return { kind: 'trial', version: trial.version, isSpent: false, deadlineMs: trial.deadlineMs };
      }
      if (gone === null) return { kind: 'rest' };
      return { kind: 'rolledBack', version: gone.version, reason: gone.reason, why: gone.why };
    });
  }

  installed(): Promise<Installed> {
    return atOnce(() => {
      const { failed, trial } = this.#standing();
      const running = this.#slots.installed(this.slot);
      const mustReachGateway = trial?.slot === this.slot && trial.provesGateway;
      const { release = null, rollbackIndex = 0 } = running ?? {};
      return { release, rollbackIndex, failed, mustReachGateway };
    });
  }

  content(): Promise<InstalledContent | null> {
    return atOnce(() => this.#slots.content(this.slot));
  }

  stage(release: ReleaseNames & { readonly rollbackIndex: number }, payload: ReleasePayload): Promise<void> {
    return atOnce(() => {
      if (payload.format !== 'files')
        throw new UpgradeTrouble('other-format', `${release.version} is an image: this box takes files`);
      this.#slots.install(otherSlot(this.slot), { ...release, entry: payload.entry }, payload.files);
    });
  }

  beginTrial({ version, release }: ReleaseNames, terms: TrialTerms): Promise<void> {
    const slot = otherSlot(this.slot);
    const trial = { slot, version, release, boots: 0, ...terms };
    return this.#write((state) => ({ ...state, active: this.slot, rolledBack: null, trial }));
  }

  proven(): Promise<void> {
    return this.#write(proven);
  }

  callOff(): Promise<void> {
    return this.#write((state) => ({ ...state, trial: null }));
  }

  confirm(): Promise<void> {
    return this.#write(confirmed);
  }

  rollBack(cause: UpgradeCause): Promise<void> {
    return this.#write((state) => rolledBack(state, cause));
  }

  forgetRollback(): Promise<void> {
    return this.#write((state) => ({ ...state, rolledBack: null }));
  }

  #standing(): BootState {
    return this.#boot.read() ?? { active: this.slot, trial: null, rolledBack: null, failed: [] };
  }

  #write(change: (state: BootState) => BootState): Promise<void> {
    return atOnce(() => this.#boot.write(change(this.#standing())));
  }
}

/** Done before the promise is given. */
function atOnce<Result>(work: () => Result): Promise<Result> {
  return new Promise((resolve) => resolve(work()));
}
