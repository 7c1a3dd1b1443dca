import { TERMINAL_ID } from './bounded-fields.ts';

/** The contract's root; a change that an old reader could misread gets another one. */
export const TOPIC_ROOT = 'f/v1';

/**
 * What terminals send: presence, telemetry, events, command reports, snapshots, job requests, job progress,
 * configuration.
 */
export const UP_FAMILIES = ['up/st', 'up/tm', 'up/ev', 'up/cr', 'up/sn', 'up/jg', 'up/jb', 'up/cf'] as const;

/** What the service sends: acknowledgements, commands, jobs, the desired configuration. */
export const DOWN_FAMILIES = ['dn/ack', 'dn/cm', 'dn/jb', 'dn/cf'] as const;

/** From the terminal. */
export type UpFamily = (typeof UP_FAMILIES)[number];
/** To the terminal. */
export type DownFamily = (typeof DOWN_FAMILIES)[number];
/** A kind of message: the last two levels of its topic. */
export type MessageFamily = UpFamily | DownFamily;

const FAMILIES: ReadonlySet<string> = new Set([...UP_FAMILIES, ...DOWN_FAMILIES]);

/** A topic of the contract, taken apart. */
export interface FleetTopic {
  readonly tid: string;
  readonly family: MessageFamily;
}

/** Whether the text can be a terminal's id. */
export function isTerminalId(text: string): boolean {
  return TERMINAL_ID.test(text);
}

/** @throws TypeError when `tid` could not be one level of a topic */
export function topicOf(tid: string, family: MessageFamily): string {
  return `${rootOf(tid)}/${family}`;
}

/** The terminal's one subscription: overlapping ones bring duplicates. @throws TypeError as `topicOf` */
export function terminalSubscription(tid: string): string {
  return `${rootOf(tid)}/dn/#`;
}

/** What the service reads: everything from every terminal; with a group, shared among its workers (`$share`). */
export function serviceSubscription(group: string | null = null): string {
  const everything = `${TOPIC_ROOT}/+/up/#`;
  return group === null ? everything : `$share/${group}/${everything}`;
}

/** Null for a topic that is not of this contract: not ours, or of a family that a newer minor brought. */
export function parseTopic(topic: string): FleetTopic | null {
  if (!topic.startsWith(`${TOPIC_ROOT}/`)) return null;
  const [tid, direction, kind, ...rest] = topic.slice(TOPIC_ROOT.length + 1).split('/');
  if (tid === undefined || rest.length > 0 || !isTerminalId(tid)) return null;
  const family = `${direction}/${kind}`;
  return FAMILIES.has(family) ? { tid, family: family as MessageFamily } : null;
}

function rootOf(tid: string): string {
  if (!isTerminalId(tid)) {
    throw new TypeError(
      `a terminal id has 1 to 48 letters, digits, _ or -; ${JSON.stringify(tid.slice(0, 60))} is none`,
    );
  }
  return `${TOPIC_ROOT}/${tid}`;
}
