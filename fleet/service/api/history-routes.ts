import * as v from 'valibot';
import { latencyHistory } from '../state/latency-history.ts';
import { historyPoints, POINT_DAYS } from '../state/telemetry-history.ts';
import { queryNumber } from './query-fields.ts';
import { route, type Route } from './route.ts';

const HOUR_MS = 3_600_000;
const LATENCY_HOURS_MAX = 24 * 90;
const hours = (most: number) =>
  v.optional(v.pipe(queryNumber(most, 'How far back from now, hours.'), v.minValue(1)), '24');

/** Telemetry over time. */
export const historyRoutes: readonly Route[] = [
  route({
    ...{
      method: 'get',
      path: '/terminals/{tid}/history',
      role: 'viewer',
      summary: 'Telemetry of a terminal over time',
    },
    query: v.strictObject({ hours: hours(24 * POINT_DAYS) }),
    answer: 'At most 500 points, oldest first; payments and unknown ones are those since the point before.',
    handle: async ({ parts: { store, clock }, params: { tid = '' }, query }) => {
      const toMs = clock.wallMs();
      const fromMs = toMs - query.hours * HOUR_MS;
      return { fromMs, toMs, points: await historyPoints(store.db, { tid, fromMs, toMs }) };
    },
  }),
  route({
    ...{ method: 'get', path: '/terminals/{tid}/latency', role: 'viewer', summary: 'How long payments took, by phase' },
    query: v.strictObject({ hours: hours(LATENCY_HOURS_MAX) }),
    answer: 'Histograms of the whole time by phase, payments by outcome, and both step by step (an hour each).',
    handle: async ({ parts: { store, clock }, params: { tid = '' }, query }) => {
      const toMs = clock.wallMs();
      const fromMs = toMs - query.hours * HOUR_MS;
      return { fromMs, toMs, ...(await latencyHistory(store.db, { tid, fromMs, toMs })) };
    },
  }),
];
