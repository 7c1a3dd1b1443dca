import { assign, sendParent, setup } from 'xstate';
import type { Domain } from '../domain/payment-gateway.ts';
import type { DomainCheckRow } from '../domain/screens/screen-view.ts';
import type { DomainReport } from './domain-failover.machine.ts';
import type { FlowEvent, FlowReport } from './flow-events.ts';

interface DomainCheckContext {
  readonly domains: readonly Domain[];
  readonly rows: readonly DomainCheckRow[];
  readonly chosen: Domain | null;
  readonly done: boolean;
}

type Progress = Extract<DomainReport, { type: 'domainCheck.progress' }>;

function rowsAfter(rows: readonly DomainCheckRow[], { domain, answer }: Progress): readonly DomainCheckRow[] {
  return rows.map((row): DomainCheckRow => {
    if (row.domain !== domain) return row;
    return answer === null ? { ...row, state: 'asking' } : { ...row, state: answer.kind, latencyMs: answer.latencyMs };
  });
}

/** The operator's visible check of all domains in order, with a prompt for each (A8). */
export const domainCheckMachine = setup({
  types: {
    input: {} as { domains: readonly Domain[] },
    context: {} as DomainCheckContext,
    events: {} as FlowEvent,
  },
  actions: {
    listDomains: assign({
      rows: ({ context }) => context.domains.map((domain) => ({ domain, state: 'waiting' as const, latencyMs: null })),
      chosen: null,
      done: false,
    }),
    updateRows: assign({ rows: ({ context }, { report }: { report: Progress }) => rowsAfter(context.rows, report) }),
    finish: assign({ chosen: (_, { chosen }: { chosen: Domain | null }) => chosen, done: true }),
    request: sendParent({ type: 'domainCheck.requested' } satisfies FlowReport),
    report: sendParent(({ context: { rows } }): FlowReport => ({
      type: 'domains.checked',
      alive: rows.map(({ state }) => state === 'alive'),
    })),
    show: sendParent(({ context: { rows, chosen, done } }): FlowReport => ({
      type: 'view.changed',
      view: { name: 'domain-check', rows, chosen, done },
    })),
  },
  delays: { resultPause: 120_000 },
}).createMachine({
  id: 'domainCheck',
  context: ({ input }) => ({ domains: input.domains, rows: [], chosen: null, done: false }),
  initial: 'asking',
  on: { 'key.cancel': '.left' },
  states: {
    asking: {
      entry: ['listDomains', 'show', 'request'],
      on: {
        'domainCheck.progress': {
          actions: [{ type: 'updateRows', params: ({ event }) => ({ report: event }) }, 'show'],
        },
        'domainCheck.done': {
          target: 'asked',
          actions: [{ type: 'finish', params: ({ event }) => ({ chosen: event.chosen }) }, 'show', 'report'],
        },
      },
    },
    asked: { after: { resultPause: 'left' }, on: { 'key.enter': 'asking' } },
    left: { type: 'final' },
  },
});
