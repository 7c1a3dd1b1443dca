import * as v from 'valibot';
import { anyObject, boot, epoch, id, instantMs, sha256, text, token, whole } from './bounded-fields.ts';

/** Base64 characters of one part; with its envelope it stays below a packet. */
export const PART_CHARACTERS_MAX = 48_000;

/** Parts of one snapshot at most: what a terminal may make the service hold. */
export const PARTS_MAX = 64;
/** A snapshot, inflated. */
export const SNAPSHOT_BYTES_MAX = 4 * 1024 * 1024;

/** `up/sn`, QoS 1: one part of a snapshot. The parts' data, joined and decoded, is the gzip of the snapshot's JSON. */
export const snapshotPartSchema = v.looseObject({
  id: v.pipe(id, v.description('Id of the command that asked for it.')),
  i: whole('Number of the part, from 0.', 0, PARTS_MAX - 1),
  of: whole('How many parts.', 1, PARTS_MAX),
  sha256: sha256('SHA-256 of the joined bytes (the gzip), the same in every part.'),
  data: v.pipe(v.string(), v.base64(), v.maxLength(PART_CHARACTERS_MAX)),
});

const actorStateSchema = v.looseObject({
  machine: text(64, 'Id of its statechart.'),
  state: v.pipe(v.unknown(), v.description('State value: a name, or regions and their states.')),
  context: v.pipe(v.unknown(), v.description('Context, secrets masked on the terminal.')),
});

/** One transition of one actor. Context is left out where it did not change. */
export const transitionSchema = v.looseObject({
  n: whole('Counts up with every transition since the process started.', 1),
  t: instantMs('When, epoch ms.'),
  a: text(64, 'Id of the actor.'),
  m: text(64, 'Id of its statechart.'),
  ev: text(96, 'Type of the event.'),
  st: v.pipe(v.unknown(), v.description('State value after it; null: the actor has ended.')),
  cx: v.optional(v.pipe(v.unknown(), v.description('Context after it, masked.'))),
});

/** The snapshot itself: what `up/sn` carries, what `till snapshot` writes and what the console opens. */
export const snapshotSchema = v.looseObject({
  at: instantMs('When, epoch ms.'),
  sw: text(64, 'Version of the software.'),
  e: v.optional(epoch),
  b: v.optional(boot),
  actors: v.pipe(
    v.record(v.pipe(v.string(), v.maxLength(64)), actorStateSchema),
    v.maxEntries(256),
    v.description('Every live statechart by actor id.'),
  ),
  transitions: v.pipe(v.array(transitionSchema), v.maxLength(1000), v.description('The last ones, oldest first.')),
  journal: v.pipe(
    v.array(
      v.looseObject({
        s: whole('Sequence.', 1),
        t: instantMs('When.'),
        type: token(48, 'Type.'),
        d: anyObject(64, 'Fields.'),
      }),
    ),
    v.maxLength(256),
  ),
  openOrders: v.pipe(v.array(v.pipe(v.string(), v.maxLength(64))), v.maxLength(2000)),
  openRefunds: v.pipe(v.array(v.pipe(v.string(), v.maxLength(64))), v.maxLength(2000)),
});

/** One packet's share of a snapshot (`up/sn`). */
export type SnapshotPart = v.InferOutput<typeof snapshotPartSchema>;

/** One step of one statechart, as snapshots and followers tell it. */
export type TransitionRecord = v.InferOutput<typeof transitionSchema>;

/** A look inside a terminal, masked on the terminal. */
export type TerminalSnapshot = v.InferOutput<typeof snapshotSchema>;
