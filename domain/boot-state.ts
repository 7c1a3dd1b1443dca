import { causeFor, type UpgradeCause } from './upgrade-trouble.ts';

/** The two places that a release can be installed in: one runs, the other takes the next release. */
export const SLOT_NAMES = ['a', 'b'] as const;

/** Names a slot: `a` or `b`. */
export type SlotName = (typeof SLOT_NAMES)[number];

/** A release that is being tried: started so often, and not confirmed yet. */
export interface Trial {
  readonly slot: SlotName;
  /** SHA-256 of the release, as the signed metadata names it. */
  readonly release: string;
  readonly version: string;
  /** Starts so far, each counted before the release runs. */
  readonly boots: number;
  /** Starts that it gets. */
  readonly attempts: number;
  /** A start that is not confirmed after this long has failed. */
  readonly deadlineMs: number;
  /** A domain answered before the switch, so one must answer after it. */
  readonly provesGateway: boolean;
}

/** A release that was tried and given up. */
export interface RolledBack extends UpgradeCause {
  readonly release: string;
  readonly version: string;
}

/** What decides which slot starts. Replaced as a whole, atomically. */
export interface BootState {
  /** The slot that was confirmed last. */
  readonly active: SlotName;
  readonly trial: Trial | null;
  /** Until the earlier release has told of it; null when there is nothing to tell. */
  readonly rolledBack: RolledBack | null;
  /** SHA-256 of releases that failed here: not taken again by themselves. The newest last. */
  readonly failed: readonly string[];
}

/** Starts of a release that passed its test at one of them, in all. */
export const PROVEN_STARTS = 12;
/** Failed releases that are remembered. */
const FAILED_MAX = 8;
const FILES_LOST = causeFor('files-lost', 'its files are not whole');

/** The slot that a release is installed in while this one runs, and that is rolled back to. */
export const otherSlot = (slot: SlotName): SlotName => (slot === 'a' ? 'b' : 'a');

/** What starts next, and the record that must be durable before it does (null: the present one stands). */
export interface NextStart {
  readonly slot: SlotName;
  readonly record: BootState | null;
}

/** The trial is over and the earlier release runs again. */
export function rolledBack(state: BootState, { reason, why }: UpgradeCause): BootState {
  const { trial } = state;
  if (trial === null) return state;
  const { release, version } = trial;
  const failed = [...state.failed.filter((one) => one !== release), release].slice(-FAILED_MAX);
  return { ...state, trial: null, rolledBack: { release, version, reason, why }, failed };
}

/**
 * The trial passed its test and only waits for a word: power that goes meanwhile says nothing of the release, so it gets more starts. Not
 * without end: one that crashes after its test looks the same.
 */
export function proven(state: BootState): BootState {
  const { trial } = state;
  if (trial === null || trial.attempts >= PROVEN_STARTS) return state;
  return { ...state, trial: { ...trial, attempts: PROVEN_STARTS } };
}

/** The trial went well: from now on this slot starts. */
export function confirmed(state: BootState): BootState {
  return state.trial === null ? state : { ...state, active: state.trial.slot, trial: null, rolledBack: null };
}

/**
 * Chooses the slot. A trial is counted before it runs and gets only so many starts; a damaged record and a slot that holds nothing whole
 * lead to the other one. Null when neither slot can start.
 */
export function nextStart(state: BootState | null, isWhole: (slot: SlotName) => boolean): NextStart | null {
  if (state === null) {
    const slot = SLOT_NAMES.find(isWhole);
    if (slot === undefined) return null;
    return { slot, record: { active: slot, trial: null, rolledBack: null, failed: [] } };
  }
  const { trial } = state;
  if (trial !== null) {
    const hasStarts = trial.boots < trial.attempts;
    if (hasStarts && isWhole(trial.slot)) {
      return { slot: trial.slot, record: { ...state, trial: { ...trial, boots: trial.boots + 1 } } };
    }
    const spent = causeFor('did-not-start', `not confirmed after ${trial.attempts} starts`);
    const after = rolledBack(state, hasStarts ? FILES_LOST : spent);
    const back = nextStart(after, isWhole);
    return back === null ? null : { slot: back.slot, record: back.record ?? after };
  }
  if (isWhole(state.active)) return { slot: state.active, record: null };
  const other = otherSlot(state.active);
  return isWhole(other) ? { slot: other, record: { ...state, active: other } } : null;
}
