import * as v from 'valibot';
import { auditPage, verifyAudit } from '../state/audit-log.ts';
import { addToken, listTokens, revokeToken, ROLES } from '../state/operators.ts';
import { queryLimit, queryNumber } from './query-fields.ts';
import { ApiProblem, route, type Route } from './route.ts';

const DAY_MS = 86_400_000;

/** Who may do what, and who did what. */
export const operatorRoutes: readonly Route[] = [
  route({
    ...{ method: 'get', path: '/tokens', role: 'admin', summary: 'Tokens of operators' },
    answer: 'All tokens ever given, without the tokens themselves: those are kept nowhere.',
    handle: async ({ parts }) => ({ tokens: await listTokens(parts.store.db) }),
  }),
  route({
    ...{ method: 'post', path: '/tokens', role: 'admin', summary: 'Gives an operator a token' },
    body: v.strictObject({
      name: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
      role: v.picklist(ROLES),
      days: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(3650))),
    }),
    answer: 'Its id and the token, shown this once.',
    handle: ({ parts: { store, random, clock }, operator, body: { name, role, days } }) => {
      const nowMs = clock.wallMs();
      const expiresMs = days === undefined ? null : nowMs + days * DAY_MS;
      return addToken({ db: store.db, random, nowMs }, operator, { name, role, expiresMs });
    },
  }),
  route({
    ...{ method: 'delete', path: '/tokens/{id}', role: 'admin', summary: 'Revokes a token and its sessions' },
    answer: 'Nothing more.',
    handle: async ({ parts: { store, random, clock }, operator, params: { id = '' } }) => {
      const isRevoked = await revokeToken({ db: store.db, random, nowMs: clock.wallMs() }, operator, id);
      if (!isRevoked) throw new ApiProblem(404, 'not-found', `token ${id} is not in force`);
      return null;
    },
  }),
  route({
    ...{ method: 'get', path: '/audit', role: 'operator', summary: 'What operators did, newest first' },
    query: v.strictObject({
      before: v.optional(queryNumber(1e15, 'Only entries before this number.')),
      limit: queryLimit(1000),
    }),
    answer: 'A page; `next` is the `before` of the following one.',
    handle: ({ parts, query: { before, limit } }) => auditPage(parts.store.db, { before: before ?? null, limit }),
  }),
  route({
    ...{ method: 'get', path: '/audit/verify', role: 'admin', summary: 'Recomputes the chain of the audit log' },
    answer: '`ok`, with the number of entries and the hash of the last one; or the first entry that is wrong, and why.',
    handle: ({ parts }) => verifyAudit(parts.store.db),
  }),
];
