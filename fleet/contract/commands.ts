import * as v from 'valibot';
import { anyObject, id, instantMs, percent, sentAt, text, token, whole, why } from './bounded-fields.ts';

/** Longest life of a command that a terminal accepts. */
export const COMMAND_LIFE_MS_MAX = 7 * 86_400_000;
/** Ids that a terminal remembers durably. */
export const COMMANDS_KEPT = 256;
/** Longest time a terminal tells its transitions for one `snapshot`. */
export const FOLLOW_MS_MAX = 900_000;

/**
 * What a terminal can be told to do, with its arguments. None pays or refunds: what moves money needs hands at the terminal. A
 * terminal refuses (`rejected`) an operation that it does not know.
 */
export const commandArguments = {
  /** The live statecharts, masked, in parts on `up/sn`; with `followMs` every transition after it as progress. */
  snapshot: v.looseObject({ followMs: v.optional(whole('Tell transitions for this long.', 0, FOLLOW_MS_MAX)) }),
  /** The last entries of the journal, in `res.entries`. */
  journal: v.looseObject({ count: v.optional(whole('Entries.', 1, 200)) }),
  /** Asks every gateway domain; the answers are in `res.domains`. */
  'domain-check': v.looseObject({}),
  /** Ends the process in order once no payment is in hand; the service manager starts it again. */
  restart: v.looseObject({}),
  /** Boots the box again once no payment is in hand. */
  reboot: v.looseObject({}),
  volume: v.looseObject({ percent: percent('Loudness of the voice.') }),
  'log-level': v.looseObject({ level: v.picklist(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']) }),
  /** Asks the gateway for what is open at once, not at its next turn. Reads only. */
  reconcile: v.looseObject({}),
} as const;

/** The name of something that a terminal can be told to do. */
export type CommandOperation = keyof typeof commandArguments;

/** All of them, in the order of the documentation. */
export const COMMAND_OPERATIONS = Object.keys(commandArguments) as CommandOperation[];

/** `dn/cm`, QoS 1. Carried out at most once by `id`, and never after `exp`. */
export const commandSchema = v.looseObject({
  id,
  op: token(32, 'Operation; see commandArguments.'),
  args: v.optional(anyObject(32, 'Arguments of the operation.')),
  exp: instantMs('Never to be carried out after this instant, epoch ms.'),
  by: text(128, 'Who asked for it.'),
  t: v.optional(sentAt),
  sig: v.optional(
    v.pipe(
      v.string(),
      v.maxLength(1024),
      v.description(
        'Signature of an operator’s own key over terminal, id, op, args, exp and by; see command-signature.',
      ),
    ),
  ),
});

const COMMAND_STATES = ['accepted', 'progress', 'done', 'failed', 'rejected', 'expired'] as const;

/** `up/cr`, QoS 1: how far a command is; `n` grows with every report. A repeated id gets its last report again. */
export const commandReportSchema = v.looseObject({
  id,
  n: whole('Counts up with every report of this command.', 1),
  st: v.pipe(v.picklist(COMMAND_STATES), v.description('The last four are final.')),
  t: sentAt,
  pct: v.optional(percent('Progress.')),
  res: v.optional(anyObject(64, 'What came of it.')),
  why: v.optional(why),
});

/** A command as it comes down (`dn/cm`). */
export type Command = v.InferOutput<typeof commandSchema>;

/** A report of a command as it goes up (`up/cr`). */
export type CommandReport = v.InferOutput<typeof commandReportSchema>;
