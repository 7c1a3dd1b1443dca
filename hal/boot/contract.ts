import type { BootState, SlotName } from '../../domain/boot-state.ts';

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
  content(
    slot: SlotName,
  ): { readonly version: string; readonly entry: string; readonly files: readonly ReleaseFile[] } | null;
  /**
   * Puts a release into the slot: unsealed first, files made durable and read back, sealed last, so that a power cut leaves either
   * nothing to start or the whole.
   * @throws what the disk throws, and an error when what was read back is not what was written
   */
  install(slot: SlotName, release: Omit<InstalledRelease, 'files'>, files: readonly ReleaseFile[]): void;
}
