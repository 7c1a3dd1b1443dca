import type { PingAnswer } from '../../domain/payment-gateway.ts';

/** Something that could be looked at, or in words why not. */
export type Looked<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly why: string };

/** The data folder: who may read it, and how much room is left. */
export interface FolderFacts {
  readonly path: string;
  /** Permission bits. */
  readonly mode: number;
  readonly writable: boolean;
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** The journal, read without writing to it. */
export interface JournalFacts {
  readonly lastSeq: number;
  readonly segments: number;
  /** What is damaged, in words. */
  readonly damage: readonly string[];
}

/** The process that runs on the data folder. */
export type RunningFacts =
  /** `why`: what it said when it was asked for a snapshot; null: it answered. */
  | { readonly is: 'running'; readonly pid: number; readonly why: string | null; readonly open: number }
  | { readonly is: 'stopped' };

/** One domain of the gateway, and whether it is usable. */
export interface DomainFacts {
  readonly domain: string;
  readonly answer: PingAnswer;
}

/** The broker of the fleet, and how long the terminal's certificate lasts. */
export interface FleetFacts {
  readonly url: string;
  /** Null: reached. */
  readonly why: string | null;
  /** When the terminal's own certificate ends, epoch ms; null without one. */
  readonly certificateUntilMs: number | null;
}

/** One part of the box. */
export interface DeviceFacts {
  /** The configuration's word for it, e.g. `printer`. */
  readonly part: string;
  /** Its path or address. */
  readonly at: string;
  /** Null: there and usable. */
  readonly why: string | null;
}

/** What a terminal's self-test from outside looked at; each fact by itself, so that one that cannot be had hides no other. */
export interface DoctorFacts {
  readonly atMs: number;
  readonly version: string;
  /** When this release was made: no earlier wall clock is right. */
  readonly releasedMs: number;
  readonly configuration: Looked<{ readonly warnings: readonly string[]; readonly takesPayments: boolean }>;
  readonly folder: Looked<FolderFacts>;
  readonly running: Looked<RunningFacts>;
  readonly journal: Looked<JournalFacts>;
  /** Null: not made yet. */
  readonly key: Looked<{ readonly mode: number } | null>;
  /** Null: without a configuration nobody knows which. */
  readonly domains: readonly DomainFacts[] | null;
  readonly fleet: FleetFacts | null;
  /** Null: the profile of parts is not in use. */
  readonly devices: readonly DeviceFacts[] | null;
  readonly freeMemoryBytes: number | null;
}
