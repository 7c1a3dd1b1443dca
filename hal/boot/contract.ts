import type { BootState, SlotName } from '../../domain/boot-state.ts';
import type { UpgradeCause } from '../../domain/upgrade-trouble.ts';

/** The boot record: durable when `write` returns. */
export interface BootStore {
  /** Null when there is none yet, or the one that is there is damaged. @throws what the disk throws */
  read(): BootState | null;
  /** @throws what the disk throws; then the earlier record still stands */
  write(state: BootState): void;
}

/** What is installed in a slot. */
export interface InstalledRelease {
  readonly version: string;
  /** SHA-256 of the release, as the signed metadata names it; null for the one that came with the box. */
  readonly release: string | null;
  readonly rollbackIndex: number;
  /** What the launcher starts, relative to the slot. */
  readonly entry: string;
  /** Paths relative to the slot. */
  readonly files: readonly string[];
}

/** One file of a release. */
export interface ReleaseFile {
  /** Relative to the slot, with `/`, never upwards. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The A/B directories. */
export interface Slots {
  /** What is whole in the slot; null when there is nothing that could be started. */
  installed(slot: SlotName): InstalledRelease | null;
  /** The files of the slot, read back; null when there is nothing that could be started. @throws what the disk throws */
  content(slot: SlotName): InstalledContent | null;
  /**
   * Puts a release into the slot: unsealed first, files made durable and read back, sealed last, so that a power cut leaves either
   * nothing to start or the whole.
   * @throws what the disk throws, and an error when what was read back is not what was written
   */
  install(slot: SlotName, release: Omit<InstalledRelease, 'files'>, files: readonly ReleaseFile[]): void;
}

/** What a release is made of: files for a slot's folder, or a RAUC bundle with the image of a whole system. */
export type ReleaseFormat = 'files' | 'raucb';

/** A release whose signatures, length and hash were verified, as it is handed over. */
export type ReleasePayload =
  | { readonly format: 'files'; readonly entry: string; readonly files: readonly ReleaseFile[] }
  /** `path`: the bundle as it was downloaded. */
  | { readonly format: 'raucb'; readonly path: string };

/** A release by its names. */
export interface ReleaseNames {
  readonly version: string;
  /** SHA-256 of the release, as the signed metadata names it. */
  readonly release: string;
}

/** What this process life begins with. */
export type BootStart =
  | { readonly kind: 'rest' }
  /** `isSpent`: it has had all its starts. `deadlineMs`: what the record gives this start to be confirmed in. */
  | { readonly kind: 'trial'; readonly version: string; readonly isSpent: boolean; readonly deadlineMs: number }
  /** A release was given up, and nobody was told yet. */
  | ({ readonly kind: 'rolledBack'; readonly version: string } & UpgradeCause);

/** What is known of the release that runs and of those that failed. */
export interface Installed {
  /** SHA-256 of the release that runs; null: it came with the box. */
  readonly release: string | null;
  readonly rollbackIndex: number;
  /** SHA-256 of releases that failed on this box. */
  readonly failed: readonly string[];
  /** On trial, and a domain of the gateway answered before the switch. */
  readonly mustReachGateway: boolean;
}

/** How a release comes into the place that does not run, is started there, and is kept or given up. */
export interface Installer {
  /** The releases that it can install. */
  readonly format: ReleaseFormat;
  /** The place that runs, for people; null while it is not known. */
  readonly slot: string | null;
  /** Before all else: what this process life begins with. @throws Error in words */
  begin(): Promise<BootStart>;
  /** @throws Error in words */
  installed(): Promise<Installed>;
  /** The files that run, for a patch; null when there are none to be read. @throws what the disk throws */
  content(): Promise<InstalledContent | null>;
  /**
   * Puts a release into the place that does not run. What runs, and what would start next, stays as it was.
   * @throws Error in words when it cannot be installed or is not what it should be
   */
  stage(release: ReleaseNames & { readonly rollbackIndex: number }, payload: ReleasePayload): Promise<void>;
  /** From here on what is staged starts next, on trial. When it resolves that is durable. @throws Error in words */
  beginTrial(release: ReleaseNames, terms: TrialTerms): Promise<void>;
  /** The release on trial passed its test: it gets more starts (`PROVEN_STARTS` in all). @throws Error in words */
  proven(): Promise<void>;
  /** Undoes `beginTrial` before a restart. @throws Error in words */
  callOff(): Promise<void>;
  /** The release on trial is kept. @throws Error in words */
  confirm(): Promise<void>;
  /** The release on trial is given up: the earlier one starts next. @throws Error in words */
  rollBack(cause: UpgradeCause): Promise<void>;
  /** Somebody was told of the release that was given up. @throws Error in words */
  forgetRollback(): Promise<void>;
}

/** The files of what runs. */
export interface InstalledContent {
  readonly version: string;
  readonly entry: string;
  readonly files: readonly ReleaseFile[];
}

/** What a release on trial must do to be kept. */
export interface TrialTerms {
  /** Starts that it gets. */
  readonly attempts: number;
  /** A start that is not confirmed after this long has failed. */
  readonly deadlineMs: number;
  /** A domain answered before the switch, so one must answer after it. */
  readonly provesGateway: boolean;
}
