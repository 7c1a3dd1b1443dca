import * as v from 'valibot';
import {
  acknowledgeAlert,
  ALERT_KINDS,
  alertPage,
  readThresholds,
  thresholdsSchema,
  writeThresholds,
} from '../state/alerts.ts';
import { queryCursor, queryLimit, queryText } from './query-fields.ts';
import { ApiProblem, route, type Route } from './route.ts';

/** What is worth a look, and from when on. */
export const alertRoutes: readonly Route[] = [
  route({
    ...{ method: 'get', path: '/alerts', role: 'viewer', summary: 'Alerts, newest first' },
    query: v.strictObject({
      state: v.optional(v.picklist(['open', 'cleared', 'all']), 'open'),
      kind: v.optional(v.picklist(ALERT_KINDS)),
      tid: v.optional(queryText(48, 'Only of this terminal.')),
      acknowledged: v.optional(v.picklist(['yes', 'no'])),
      before: queryCursor,
      limit: queryLimit(),
    }),
    answer: 'A page; rank 2 stops payments or hides the truth, rank 1 warns.',
    handle: async ({ parts, query: { state, kind, tid, acknowledged, before, limit } }) => {
      const page = await alertPage(parts.store.db, {
        ...{ state, kind: kind ?? null, tid: tid ?? null, before: before ?? null, limit },
        acknowledged: acknowledged === undefined ? null : acknowledged === 'yes',
      });
      if (page === null) throw new ApiProblem(400, 'bad-cursor', 'the cursor is not one that this list gave');
      return page;
    },
  }),
  route({
    ...{ method: 'post', path: '/alerts/{id}/acknowledge', role: 'support', summary: 'Takes an alert over' },
    body: v.strictObject({ note: v.optional(v.pipe(v.string(), v.maxLength(512)), '') }),
    answer: 'Nothing more.',
    handle: async ({ parts: { store, clock, hub }, operator, params, body: { note } }) => {
      const id = /^\d{1,15}$/.test(params['id'] ?? '') ? Number(params['id']) : 0;
      const isTaken = await acknowledgeAlert(store.db, operator, { id, note, nowMs: clock.wallMs() });
      if (!isTaken) throw new ApiProblem(409, 'not-open', `alert ${id} is not known, or somebody has taken it over`);
      hub.tell({ worker: '', tids: [], steps: [], snapshots: [], alerts: true });
      return null;
    },
  }),
  route({
    ...{ method: 'get', path: '/thresholds', role: 'viewer', summary: 'When an alert is raised' },
    answer: 'The thresholds in force.',
    answerSchema: thresholdsSchema,
    handle: ({ parts }) => readThresholds(parts.store.db),
  }),
  route({
    ...{ method: 'put', path: '/thresholds', role: 'admin', summary: 'Sets when an alert is raised' },
    body: thresholdsSchema,
    answer: 'The thresholds in force.',
    answerSchema: thresholdsSchema,
    handle: async ({ parts: { store, clock }, operator, body }) => {
      await writeThresholds(store.db, operator, body, clock.wallMs());
      return readThresholds(store.db);
    },
  }),
];
