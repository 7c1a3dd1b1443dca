import type { Installer } from '../../hal/boot/contract.ts';
import type { ReleaseSource } from './release-source.ts';

/** What a terminal needs to upgrade itself. */
export interface UpgradePart {
  readonly installer: Installer;
  /** For metadata that was verified and downloads under way. */
  readonly folder: string;
  /** The root metadata that the box was delivered with. @throws what the disk throws */
  readonly firstRoot: () => Uint8Array;
  /** Opened for each errand; null: this way is not configured. The repositories of releases. */
  readonly server: (() => Promise<ReleaseSource>) | null;
  readonly media: (() => Promise<ReleaseSource>) | null;
  /** `VENDOR_MODEL`. */
  readonly hardware: string;
  /** Between two looks that the terminal takes by itself; null: it waits for jobs and hands. */
  readonly checkMs: number | null;
  readonly bytesPerSecond: number | null;
  /** Minutes after midnight between which the terminal may restart by itself; null: at any time. */
  readonly window: { readonly from: number; readonly to: number } | null;
  readonly soakMs: number;
  readonly laterMs: number;
  /** How often the cashier may put one release off. */
  readonly laterTimes: number;
  /** Ends the process in order, so that what the installer chose is started: by the launcher, or with the whole machine. */
  readonly restart: () => void;
}
