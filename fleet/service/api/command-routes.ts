import * as v from 'valibot';
import {
  COMMAND_LIFE_MS_MAX,
  COMMAND_OPERATIONS,
  commandArguments,
  type CommandOperation,
} from '../../contract/commands.ts';
import {
  COMMAND_ROLES,
  CommandIdTaken,
  commandOf,
  commandPage,
  issueCommand,
  reportsSince,
} from '../state/commands.ts';
import { mayAct } from '../state/operators.ts';
import { listSnapshots, snapshotDocument } from '../state/snapshots.ts';
import { queryCursor, queryLimit, queryNumber } from './query-fields.ts';
import { ApiProblem, found, route, type Route } from './route.ts';

const LIFE_MS_DEFAULT = 10 * 60_000;
const REPORTS_PAGE = 1_000;

const commandBody = v.strictObject({
  op: v.picklist(COMMAND_OPERATIONS),
  args: v.optional(v.record(v.string(), v.unknown()), {}),
  lifeMs: v.optional(
    v.pipe(
      v.number(),
      v.integer(),
      v.minValue(5_000),
      v.maxValue(COMMAND_LIFE_MS_MAX),
      v.description('A terminal that has not taken it by then never does.'),
    ),
    LIFE_MS_DEFAULT,
  ),
  signed: v.optional(
    v.pipe(
      v.strictObject({
        id: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/)),
        exp: v.pipe(v.number(), v.integer(), v.minValue(0)),
        by: v.pipe(v.string(), v.maxLength(128)),
        sig: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{86}$/)),
      }),
      v.description('By `till fleet command --key`: for terminals that take only commands that an operator signed.'),
    ),
  ),
});

/** @throws ApiProblem for arguments that the operation does not take */
function checkedArguments(op: CommandOperation, args: Record<string, unknown>): Record<string, unknown> {
  const unknownKey = Object.keys(args).find((key) => !(key in commandArguments[op].entries));
  if (unknownKey !== undefined) throw new ApiProblem(400, 'bad-request', `${op} takes no argument ${unknownKey}`);
  const result = v.safeParse(commandArguments[op], args);
  if (result.success) return { ...result.output };
  const wrong = result.issues.map((issue) => `args.${v.getDotPath(issue) ?? ''}: ${issue.message}`);
  throw new ApiProblem(400, 'bad-request', wrong.join('; '));
}

/** Commands and what came of them. None of them can pay or refund. */
export const commandRoutes: readonly Route[] = [
  route({
    ...{ method: 'post', path: '/terminals/{tid}/commands', role: 'support', summary: 'Commands a terminal' },
    body: commandBody,
    answer: 'The command as it stands. `restart`, `reboot`, `volume` and `log-level` need the role operator.',
    handle: async ({ parts, operator, params: { tid = '' }, body: { op, args, lifeMs, signed } }) => {
      const { store, clock, random, downlink, hub } = parts;
      if (!mayAct(operator.role, COMMAND_ROLES[op])) {
        throw new ApiProblem(403, 'role', `${op} needs the role ${COMMAND_ROLES[op]}; you are a ${operator.role}`);
      }
      const nowMs = clock.wallMs();
      if (signed !== undefined && (signed.exp <= nowMs || signed.exp > nowMs + COMMAND_LIFE_MS_MAX)) {
        throw new ApiProblem(400, 'bad-request', 'signed.exp must lie in the next seven days');
      }
      const wanted = { tid, op, args: checkedArguments(op, args), lifeMs, signed };
      const id = await issueCommand({ db: store.db, clock, random, downlink }, operator, wanted).catch((error) => {
        throw error instanceof CommandIdTaken ? new ApiProblem(409, 'taken', error.message) : error;
      });
      hub.tell({ worker: '', tids: [tid], steps: [], snapshots: [] });
      return commandOf(store.db, found(id, `terminal ${tid}`));
    },
  }),
  route({
    ...{ method: 'get', path: '/terminals/{tid}/commands', role: 'viewer', summary: 'Commands of a terminal' },
    query: v.strictObject({ before: queryCursor, limit: queryLimit() }),
    answer: 'A page, newest first; `next` is the `before` of the following one.',
    handle: async ({ parts, params: { tid = '' }, query: { before, limit } }) => {
      const page = await commandPage(parts.store.db, { tid, before: before ?? null, limit });
      if (page === null) throw new ApiProblem(400, 'bad-cursor', 'the cursor is not one that this list gave');
      return page;
    },
  }),
  route({
    ...{ method: 'get', path: '/commands/{id}', role: 'viewer', summary: 'A command and its reports' },
    query: v.strictObject({ since: v.optional(queryNumber(1e15, 'Only reports after this n.'), '0') }),
    answer: `The command and at most ${REPORTS_PAGE} reports after \`since\`, oldest first.`,
    handle: async ({ parts: { store }, params: { id = '' }, query: { since } }) => {
      const command = found(await commandOf(store.db, id), `command ${id}`);
      return { command, reports: await reportsSince(store.db, { id, since, limit: REPORTS_PAGE }) };
    },
  }),
  route({
    ...{ method: 'get', path: '/terminals/{tid}/snapshots', role: 'viewer', summary: 'Snapshots of a terminal' },
    answer: 'The last twenty, newest first.',
    handle: async ({ parts, params }) => ({ snapshots: await listSnapshots(parts.store.db, params['tid'] ?? '') }),
  }),
  route({
    ...{ method: 'get', path: '/terminals/{tid}/snapshots/{id}', role: 'viewer', summary: 'A snapshot' },
    answer: 'The live statecharts, the last transitions, the end of the journal; secrets were masked on the terminal.',
    handle: async ({ parts, params: { tid = '', id = '' } }) =>
      found(await snapshotDocument(parts.store.db, tid, id), `snapshot ${id} of ${tid}`),
  }),
];
