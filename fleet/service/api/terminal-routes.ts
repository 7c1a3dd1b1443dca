import * as v from 'valibot';
import { writeAudit } from '../state/audit-log.ts';
import { eventPage } from '../state/event-page.ts';
import { fleetMap, MAP_GROUPINGS } from '../state/fleet-map.ts';
import { fleetSummary } from '../state/fleet-summary.ts';
import { terminalDetail } from '../state/terminal-detail.ts';
import { countTerminals, TERMINAL_SORTS, terminalFilterSchema, terminalPage } from '../state/terminal-list.ts';
import { queryCursor, queryLimit, queryText } from './query-fields.ts';
import { ApiProblem, found, route, type Route } from './route.ts';

const LABEL_CHARACTERS_MAX = 128;
const instant = v.nullable(v.number());
const name = v.nullable(v.string());

const lineSchema = v.object({
  ...{ tid: v.string(), label: v.string(), sn: name, hw: name, sw: name, slot: name },
  ...{ online: v.boolean(), onlineChangedMs: instant, offlineWhy: name, birthMs: instant, seenMs: instant },
  ...{ telemetryMs: instant, printer: name, storage: name, configured: v.nullable(v.boolean()), alertRank: v.number() },
  ...{ desiredVer: v.number(), reportedVer: v.number(), reportedOk: v.nullable(v.boolean()) },
  ...{ clockOffMs: instant, domains: instant, domainsUp: instant, openOrders: instant },
});

const listQuery = v.strictObject({
  ...v.omit(terminalFilterSchema, ['tids']).entries,
  sort: v.optional(v.picklist(TERMINAL_SORTS), 'tid'),
  after: queryCursor,
  limit: queryLimit(),
  count: v.optional(v.pipe(v.picklist(['yes', 'no']), v.description('Whether to count all that match.')), 'no'),
});

/** @throws ApiProblem for a page that a wrong cursor asked for */
function pageOf<Page>(page: Page | null): Page {
  if (page === null) throw new ApiProblem(400, 'bad-cursor', 'the cursor is not one that this list gave');
  return page;
}

/** Lists and pages about terminals. */
export const terminalRoutes: readonly Route[] = [
  route({
    ...{ method: 'get', path: '/summary', role: 'viewer', summary: 'The fleet at a glance' },
    answer: 'Counts by presence, alert, version, model and printer.',
    handle: ({ parts }) => fleetSummary(parts.store.db),
  }),
  route({
    ...{ method: 'get', path: '/map', role: 'viewer', summary: 'The health of the fleet in groups' },
    query: v.strictObject({ by: v.optional(v.picklist(MAP_GROUPINGS), 'label') }),
    answer: 'Groups with their counts, the largest first; of a fleet of at most 2,000 each terminal too.',
    handle: ({ parts, query: { by } }) => fleetMap(parts.store.db, by),
  }),
  route({
    ...{ method: 'get', path: '/terminals', role: 'viewer', summary: 'Terminals: search, filter, pages by cursor' },
    query: listQuery,
    answer: 'A page; `next` is the `after` of the following one, null at the end; `count` if it was asked for.',
    answerSchema: v.object({
      terminals: v.array(lineSchema),
      next: v.nullable(v.string()),
      count: v.nullable(v.number()),
    }),
    handle: async ({ parts: { store }, query: { sort, after, limit, count, ...filter } }) => {
      const page = pageOf(await terminalPage(store.db, { filter, sort, after: after ?? null, limit }));
      return { ...page, count: count === 'yes' ? await countTerminals(store.db, filter) : null };
    },
  }),
  route({
    ...{ method: 'get', path: '/terminals/{tid}', role: 'viewer', summary: 'One terminal' },
    answer:
      'Presence, versions, the newest telemetry as the terminal sent it, configuration, journal streams, open alerts.',
    handle: async ({ parts, params }) =>
      found(await terminalDetail(parts.store.db, params['tid'] ?? ''), `terminal ${params['tid']}`),
  }),
  route({
    ...{ method: 'patch', path: '/terminals/{tid}', role: 'support', summary: 'Labels a terminal' },
    body: v.strictObject({ label: v.pipe(v.string(), v.maxLength(LABEL_CHARACTERS_MAX)) }),
    answer: 'The terminal, as above.',
    handle: async ({ parts: { store, clock }, params: { tid = '' }, operator, body: { label } }) => {
      await store.db.transaction().execute(async (trx) => {
        const changed = await trx.updateTable('terminals').set({ label }).where('tid', '=', tid).executeTakeFirst();
        if (changed.numUpdatedRows === 0n) throw new ApiProblem(404, 'not-found', `terminal ${tid} is not known`);
        await writeAudit(trx, operator, { action: 'terminal.label', target: tid, detail: { label } }, clock.wallMs());
      });
      return terminalDetail(store.db, tid);
    },
  }),
  route({
    ...{ method: 'get', path: '/terminals/{tid}/events', role: 'viewer', summary: 'The journal, newest first' },
    query: v.strictObject({
      epoch: v.optional(queryText(32, 'Epoch; absent: the newest.')),
      type: v.optional(queryText(48, 'Only this type of fact.')),
      order: v.optional(queryText(64, 'Only facts about this order or refund number.')),
      before: queryCursor,
      limit: queryLimit(),
    }),
    answer: 'A page of facts; `next` is the `before` of the following one.',
    handle: async ({ parts, params, query: { epoch, type, order, before, limit } }) =>
      pageOf(
        await eventPage(parts.store.db, {
          ...{ tid: params['tid'] ?? '', epoch: epoch ?? null, type: type ?? null, order: order ?? null },
          ...{ before: before ?? null, limit },
        }),
      ),
  }),
];
