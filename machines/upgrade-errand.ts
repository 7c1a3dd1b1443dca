import type { UpgradeCause } from '../domain/upgrade-trouble.ts';

/** Where releases come from: the server, or a stick or folder for terminals without network. */
export type UpgradeSource = 'server' | 'folder';

/** A release whose signed metadata was verified. */
export interface UpgradeOffer {
  readonly version: string;
  /** SHA-256 that the download must have. */
  readonly release: string;
}

/** What this process life begins with, as the boot record has it. */
export type UpgradeStart =
  | { readonly kind: 'rest' }
  /** This is a trial start of a release that is not confirmed. */
  | { readonly kind: 'trial'; readonly version: string }
  /** A release was given up, and nobody was told yet. */
  | ({ readonly kind: 'rolledBack'; readonly version: string } & UpgradeCause);

/** A download that came to its end: whole, or not what was signed. */
export type FetchedRelease = { readonly kind: 'whole' } | ({ readonly kind: 'wrong' } & UpgradeCause);

/** How patient an upgrade is, in ms and attempts. */
export interface UpgradeLimits {
  /** Between two looks at the server; null: only when asked. */
  readonly checkMs: number | null;
  /** Attempts at one download, each going on where the last one stopped. */
  readonly fetchAttempts: number;
  /** How long a release on trial must run after its self-test before it is kept. */
  readonly soakMs: number;
  /**
   * How long a release whose trial went well waits for its fleet's word: perhaps it was taken back meanwhile. Then it is kept all the same,
   * so that a service that is gone never costs a shop a good release.
   */
  readonly wordMs: number;
  /** How long "later" puts the restart off. */
  readonly laterMs: number;
  /** How often one release may be put off. */
  readonly laterTimes: number;
}

/** What people, the download and the fleet tell the upgrade. */
export type UpgradeEvent =
  /** `byHand`: the cashier asked, so neither the window nor an earlier failure holds it back. */
  | {
      readonly type: 'upgrade.requested';
      readonly source: UpgradeSource;
      readonly byHand: boolean;
      readonly wanted: string | null;
    }
  | { readonly type: 'upgrade.progress'; readonly done: number; readonly total: number }
  | { readonly type: 'upgrade.later' }
  /** The operator takes the job back: until it is confirmed nothing of the release stays. */
  | ({ readonly type: 'upgrade.withdrawn' } & UpgradeCause);

/** What was asked for. */
export interface Errand {
  readonly source: UpgradeSource;
  readonly byHand: boolean;
  /** The version that a job names; null: the newest that fits. */
  readonly wanted: string | null;
}

/** The release in hand, how far it is, and why it was given up. */
export interface UpgradeContext extends Errand {
  readonly limits: UpgradeLimits;
  /** '' while there is no offer. */
  readonly version: string;
  /** Its SHA-256; '' while there is no offer. */
  readonly release: string;
  /** Bytes downloaded. */
  readonly done: number;
  /** Bytes of the whole download. */
  readonly total: number;
  /** Attempts at this download so far. */
  readonly attempts: number;
  /** How often it was put off. */
  readonly laters: number;
  /** Why the last step failed. */
  readonly cause: UpgradeCause;
}
