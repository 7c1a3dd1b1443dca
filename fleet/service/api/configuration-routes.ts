import * as v from 'valibot';
import { desiredDocumentSchema } from '../../contract/configuration.ts';
import { encodeMessage } from '../../contract/codec.ts';
import { addConfiguration, configurationOf, listConfigurations } from '../state/configurations.ts';
import {
  beginRollout,
  changeRollout,
  listRollouts,
  rolloutMembers,
  rolloutOf,
  rolloutSchema,
  type RolloutAction,
} from '../state/rollouts.ts';
import { countTerminals, terminalFilterSchema } from '../state/terminal-list.ts';
import { queryLimit, queryNumber, queryText } from './query-fields.ts';
import { ApiProblem, found, route, type Route } from './route.ts';

const ver = (text: string | undefined): number => (/^\d{1,15}$/.test(text ?? '') ? Number(text) : 0);

const actionRoutes = (['pause', 'resume', 'abort'] as const satisfies readonly RolloutAction[]).map((action) =>
  route({
    ...{ method: 'post', path: `/rollouts/{id}/${action}`, role: 'operator', summary: `A rollout: ${action}` },
    answer: 'The rollout.',
    handle: async ({ parts: { store, clock }, operator, params: { id = '' } }) => {
      const changed = await changeRollout({ db: store.db, nowMs: clock.wallMs() }, operator, { id, action });
      const now = found(await rolloutOf(store.db, id), `rollout ${id}`);
      if (!changed) throw new ApiProblem(409, 'state', `the rollout is not in a state to ${action}`);
      return now;
    },
  }),
);

/** Desired configurations: kept by version, applied in stages. */
export const configurationRoutes: readonly Route[] = [
  route({
    ...{ method: 'get', path: '/configurations', role: 'viewer', summary: 'Versions of the desired configuration' },
    query: v.strictObject({ limit: queryLimit(1000) }),
    answer: 'Newest first, each with its whole document.',
    handle: async ({ parts, query: { limit } }) => ({
      configurations: await listConfigurations(parts.store.db, limit),
    }),
  }),
  route({
    ...{ method: 'get', path: '/configurations/{ver}', role: 'viewer', summary: 'One version' },
    answer: 'The document, its hash and who wished it.',
    handle: async ({ parts, params }) =>
      found(await configurationOf(parts.store.db, ver(params['ver'])), `configuration ${params['ver']}`),
  }),
  route({
    ...{ method: 'post', path: '/configurations', role: 'operator', summary: 'Writes a new version' },
    body: v.strictObject({
      doc: desiredDocumentSchema,
      note: v.optional(v.pipe(v.string(), v.maxLength(512)), ''),
    }),
    answer: 'The version. Nothing is sent: that is what a rollout is for.',
    handle: async ({ parts: { store, clock }, operator, body: { doc, note } }) => {
      requireSendable(doc);
      const added = await addConfiguration(store.db, operator, { doc, note, nowMs: clock.wallMs() });
      return configurationOf(store.db, added);
    },
  }),
  route({
    ...{ method: 'post', path: '/rollouts/preview', role: 'viewer', summary: 'How many terminals a filter takes' },
    body: v.strictObject({ filter: terminalFilterSchema }),
    answer: 'The count.',
    handle: async ({ parts, body: { filter } }) => ({ terminals: await countTerminals(parts.store.db, filter) }),
  }),
  route({
    ...{ method: 'post', path: '/rollouts', role: 'operator', summary: 'Applies a version in stages' },
    body: rolloutSchema,
    answer: 'The rollout. The terminals are those that match now.',
    handle: async ({ parts: { store, clock, random }, operator, body }) => {
      const nowMs = clock.wallMs();
      const begun = found(await beginRollout({ db: store.db, random, nowMs }, operator, body), `version ${body.ver}`);
      return rolloutOf(store.db, begun.id);
    },
  }),
  route({
    ...{ method: 'get', path: '/rollouts', role: 'viewer', summary: 'Rollouts, newest first' },
    query: v.strictObject({ limit: queryLimit() }),
    answer: 'Each with the count of its members by state.',
    handle: async ({ parts, query: { limit } }) => ({ rollouts: await listRollouts(parts.store.db, limit) }),
  }),
  route({
    ...{ method: 'get', path: '/rollouts/{id}', role: 'viewer', summary: 'One rollout' },
    answer: 'The rollout, with the count of its members by state.',
    handle: async ({ parts, params: { id = '' } }) => found(await rolloutOf(parts.store.db, id), `rollout ${id}`),
  }),
  route({
    ...{ method: 'get', path: '/rollouts/{id}/members', role: 'viewer', summary: 'Terminals of a rollout' },
    query: v.strictObject({
      state: v.optional(queryText(16, 'waiting, sent, applied, failed or superseded.')),
      after: v.optional(queryNumber(1e9, 'The last `place` of the page before.'), '0'),
      limit: queryLimit(1000),
    }),
    answer: 'A page, in the order of their turn.',
    handle: async ({ parts: { store }, params: { id = '' }, query: { state, after, limit } }) => ({
      members: await rolloutMembers(store.db, { id, state: state ?? null, after, limit }),
    }),
  }),
  ...actionRoutes,
];

/** @throws ApiProblem for a document that no packet can carry */
function requireSendable(doc: v.InferOutput<typeof desiredDocumentSchema>): void {
  try {
    encodeMessage('dn/cf', { ver: 1, doc });
  } catch (error) {
    throw new ApiProblem(400, 'not-sendable', error instanceof Error ? error.message : 'no packet can carry it');
  }
}
