import { assign, sendParent, setup } from 'xstate';
import { SELF_CHECKS, type SelfCheck, type SelfCheckRow, type TerminalFacts } from '../domain/screens/flow-view.ts';
import type { FlowEvent, FlowReport } from './flow-events.ts';
import { port } from './port.ts';

interface SelfTestContext {
  readonly rows: readonly SelfCheckRow[];
  readonly facts: TerminalFacts | null;
  /** Checks not made yet, in their order. */
  readonly remaining: readonly SelfCheck[];
  readonly done: boolean;
}

const WAITING: readonly SelfCheckRow[] = SELF_CHECKS.map((check) => ({ check, of: '', state: 'waiting', detail: '' }));
const FRESH: SelfTestContext = { rows: WAITING, facts: null, remaining: SELF_CHECKS, done: false };

const nextCheck = ({ remaining }: SelfTestContext): SelfCheck => remaining[0] ?? 'journal';

/** The found rows take the place of the check's own; what a person's hand has already shown to work stays shown. */
function rowsWith(
  rows: readonly SelfCheckRow[],
  check: SelfCheck,
  found: readonly SelfCheckRow[],
): readonly SelfCheckRow[] {
  const at = rows.findIndex((row) => row.check === check);
  if (rows[at]?.state === 'ok') return rows;
  return [...rows.slice(0, at), ...found, ...rows.slice(at).filter((row) => row.check !== check)];
}

/** Every part of the terminal, one after the other; ears and hands are the cashier's. */
export const selfTestMachine = setup({
  types: { context: {} as SelfTestContext, events: {} as FlowEvent },
  actors: {
    readFacts: port<TerminalFacts, void>('readFacts'),
    runCheck: port<readonly SelfCheckRow[], { check: SelfCheck }>('runCheck'),
  },
  guards: { wasLast: ({ context }) => context.remaining.length <= 1 },
  actions: {
    startAnew: assign(() => FRESH),
    rememberFacts: assign({ facts: (_, { facts }: { facts: TerminalFacts }) => facts }),
    markTesting: assign({
      rows: ({ context }) => {
        const check = nextCheck(context);
        return rowsWith(context.rows, check, [{ check, of: '', state: 'testing', detail: '' }]);
      },
    }),
    rememberRows: assign({
      rows: ({ context }, { found }: { found: readonly SelfCheckRow[] }) =>
        rowsWith(context.rows, nextCheck(context), found),
    }),
    rememberFault: assign({
      rows: ({ context }, { error }: { error: unknown }) => {
        const check = nextCheck(context);
        const detail = error instanceof Error ? error.message : String(error);
        return rowsWith(context.rows, check, [{ check, of: '', state: 'faulty', detail }]);
      },
    }),
    takeNext: assign({ remaining: ({ context }) => context.remaining.slice(1) }),
    finish: assign({ done: true }),
    markScanner: assign({
      rows: ({ context }) => rowsWith(context.rows, 'scanner', [{ check: 'scanner', of: '', state: 'ok', detail: '' }]),
    }),
    playSentence: sendParent({ type: 'speaker.tested' } satisfies FlowReport),
    show: sendParent(({ context }, { printed }: { printed: boolean }): FlowReport => ({
      type: 'view.changed',
      view: { name: 'self-test', rows: context.rows, facts: context.facts, done: context.done, printed },
    })),
    requestSlip: sendParent(({ context }): FlowReport => {
      const report = { kind: 'self-test' as const, checks: context.rows };
      return { type: 'slip.requested', slip: { of: 'self-test', order: null, refund: null, report } };
    }),
  },
  delays: { lookingPause: 120_000 },
}).createMachine({
  id: 'selfTest',
  context: FRESH,
  initial: 'starting',
  on: {
    'key.cancel': '.left',
    'scan.*': { actions: ['markScanner', { type: 'show', params: { printed: false } }] },
  },
  states: {
    starting: {
      entry: ['startAnew', 'playSentence', { type: 'show', params: { printed: false } }],
      invoke: {
        src: 'readFacts',
        onDone: {
          target: 'testing',
          actions: { type: 'rememberFacts', params: ({ event }) => ({ facts: event.output }) },
        },
        onError: 'testing',
      },
    },
    testing: {
      entry: ['markTesting', { type: 'show', params: { printed: false } }],
      invoke: {
        src: 'runCheck',
        input: ({ context }) => ({ check: nextCheck(context) }),
        onDone: {
          target: 'deciding',
          actions: { type: 'rememberRows', params: ({ event }) => ({ found: event.output }) },
        },
        onError: {
          target: 'deciding',
          actions: { type: 'rememberFault', params: ({ event }) => ({ error: event.error }) },
        },
      },
    },
    deciding: {
      always: [
        { guard: 'wasLast', target: 'tested', actions: 'finish' },
        { target: 'testing', actions: 'takeNext' },
      ],
    },
    tested: {
      entry: { type: 'show', params: { printed: false } },
      after: { lookingPause: 'left' },
      on: { 'key.enter': { actions: ['requestSlip', { type: 'show', params: { printed: true } }] } },
    },
    left: { type: 'final' },
  },
});
