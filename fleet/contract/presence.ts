import * as v from 'valibot';
import { boot, epoch, id, sentAt, sequence, text, token, whole } from './bounded-fields.ts';

/**
 * The contract's minor version, told in every birth. Fields may be added under a new minor; a reader keeps or ignores what it does
 * not know. What an old reader could misread is a new major, and that is the topic root.
 */
export const CONTRACT_MINOR = 0;

/** The first message of a connection: who is there, and how far everything has got. It is also the terminal's pull. */
export const birthSchema = v.looseObject({
  on: v.literal(1),
  e: epoch,
  b: boot,
  t: sentAt,
  c: v.optional(whole('Minor version of the contract that the terminal speaks.', 0, 9999)),
  sw: text(64, 'Version of the software that runs.'),
  slot: v.nullable(token(16, 'Slot that runs, `a` or `b`; null without slots.')),
  cfg: whole('Version of the desired configuration that is applied; 0: none.'),
  job: v.pipe(v.nullable(id), v.description('Upgrade job in progress; null: none.')),
  lastAck: v.pipe(sequence, v.description('Events up to this sequence are known to be committed.')),
  sn: v.optional(text(64, 'Serial number.')),
  hw: v.optional(token(32, 'Hardware model.')),
});

/** The will, published by the broker when the connection breaks, and by the terminal itself when it stops in order. */
export const deathSchema = v.looseObject({
  on: v.literal(0),
  b: boot,
  e: v.optional(epoch),
  t: v.optional(sentAt),
  why: v.optional(
    v.pipe(v.string(), v.maxLength(64), v.description('`stop` after an orderly stop; absent in a will.')),
  ),
});

/** `up/st`, QoS 1, retained. A death whose boot counter is older than the newest birth's says nothing. */
export const presenceSchema = v.variant('on', [birthSchema, deathSchema]);

/** A terminal's first message of a connection. */
export type Birth = v.InferOutput<typeof birthSchema>;

/** Either of the two that may stand retained under `up/st`. */
export type Presence = v.InferOutput<typeof presenceSchema>;
