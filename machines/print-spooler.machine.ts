import { assign, sendParent, setup } from 'xstate';
import { isFailure } from '../domain/failure.ts';
import type { SelfCheckRow } from '../domain/screens/flow-view.ts';
import type { SlipCopies, SlipCopy, SlipKind } from '../domain/slip.ts';
import type { SupportFacts } from '../domain/support-facts.ts';
import { port } from './port.ts';
import { inCopies } from './slip-copies.ts';

/** What a printer says of itself, as far as a shop can do something about it. */
export type PrinterCondition = 'ok' | 'out-of-paper' | 'cover-open' | 'unplugged';

/** What a slip tells of that belongs to no single order. */
export type ReportOnPaper =
  | { readonly kind: 'summary'; readonly fromMs: number; readonly toMs: number }
  | { readonly kind: 'shift'; readonly shift: number }
  | { readonly kind: 'self-test'; readonly checks: readonly SelfCheckRow[] }
  | { readonly kind: 'support'; readonly facts: SupportFacts };

/** A slip that is owed. Its content is composed from the journal when it is printed, so that a queue costs little. */
export interface QueuedPrintJob {
  /** Never printed twice by itself; a slip that may have been printed in an earlier process life gets a new id and a mark. */
  readonly id: string;
  readonly kind: SlipKind;
  /** The kind that is repeated, for a reprint. */
  readonly of: SlipKind;
  readonly order: string | null;
  readonly refund: string | null;
  /** The journal's name of the telling (M7); null for reprints and reports, which are not journalled. */
  readonly telling: string | null;
  readonly mark: 'reprint' | 'after-power-cut' | null;
  readonly report?: ReportOnPaper;
  /** Of a payment or a refund; the customer's unless said otherwise. */
  readonly copy?: SlipCopy;
}

/** Slips that wait for a printer: a week of a small shop's, and little memory. */
export const WAITING_MAX = 500;

/** The slips that wait, and why they do. */
export interface PrintSpoolerContext {
  /** In the order in which they are printed; the first one may be on the paper now. */
  readonly queue: readonly QueuedPrintJob[];
  readonly condition: PrinterCondition;
  /** Why the last job failed, in words; '' when printing works. */
  readonly trouble: string;
  /** Which copies of a slip this shop wants. */
  readonly copies: SlipCopies;
}

/** New slips, and the printer's condition. */
export type PrintSpoolerEvent =
  { type: 'print'; jobs: readonly QueuedPrintJob[] } | { type: 'printer.changed'; condition: PrinterCondition };

/** One slip at a time, in order. A printer that is not ready holds the queue; nothing is dropped and nothing is printed twice. */
export const printSpoolerMachine = setup({
  types: {
    input: {} as { condition: PrinterCondition; copies?: SlipCopies },
    context: {} as PrintSpoolerContext,
    events: {} as PrintSpoolerEvent,
  },
  actors: {
    printSlip: port<void, { job: QueuedPrintJob }>('printSlip'),
    recordPrinted: port<void, { job: QueuedPrintJob }>('recordPrinted'),
  },
  guards: {
    isOverfull: ({ context }) => overfull(context) > 0,
    isQueueEmpty: ({ context }) => context.queue.length === 0,
    isPrinterReady: ({ context }) => context.condition === 'ok',
    isInterrupted: (_, { error }: { error: unknown }) => isFailure(error, 'printer.interrupted'),
    becomesReady: (_, { condition }: { condition: PrinterCondition }) => condition === 'ok',
  },
  actions: {
    enqueue: assign({
      queue: ({ context }, { jobs }: { jobs: readonly QueuedPrintJob[] }) => [
        ...context.queue,
        ...inCopies(jobs, context.copies).filter((job) => !context.queue.some((queued) => isSame(queued, job))),
      ],
    }),
    /** Without a printer for days: the oldest that can be printed again from the journal make room; one that is being printed stays. */
    dropOldest: sendParent(({ context }) => ({
      type: 'slips.dropped' as const,
      jobs: context.queue.slice(1, 1 + overfull(context)),
    })),
    forgetOldest: assign({
      queue: ({ context }) => [...context.queue.slice(0, 1), ...context.queue.slice(1 + overfull(context))],
    }),
    rememberCondition: assign({ condition: (_, { condition }: { condition: PrinterCondition }) => condition }),
    dropPrinted: assign({ queue: ({ context }) => context.queue.slice(1), trouble: '' }),
    markInterrupted: assign({
      queue: ({ context: { queue } }) => queue.map((job, at) => (at === 0 ? again(job) : job)),
    }),
    rememberTrouble: assign({
      trouble: (_, { error }: { error: unknown }) => (error instanceof Error ? error.message : String(error)),
    }),
    reportCondition: sendParent(({ context }) => ({
      type: 'printer.condition' as const,
      condition: context.condition,
      waiting: context.queue.length,
    })),
  },
  delays: { tryAgain: 3000 },
}).createMachine({
  id: 'printSpooler',
  context: ({ input }) => ({
    queue: [],
    condition: input.condition,
    trouble: '',
    copies: input.copies ?? 'customer',
  }),
  initial: 'choosing',
  on: {
    print: { actions: { type: 'enqueue', params: ({ event }) => ({ jobs: event.jobs }) } },
    'printer.changed': {
      actions: [
        { type: 'rememberCondition', params: ({ event }) => ({ condition: event.condition }) },
        'reportCondition',
      ],
    },
  },
  states: {
    choosing: {
      always: [
        { guard: 'isOverfull', actions: ['dropOldest', 'forgetOldest', 'reportCondition'] },
        { guard: 'isQueueEmpty', target: 'idle' },
        { guard: 'isPrinterReady', target: 'printing' },
        { target: 'blocked' },
      ],
    },
    idle: {
      on: {
        print: { target: 'choosing', actions: { type: 'enqueue', params: ({ event }) => ({ jobs: event.jobs }) } },
      },
    },
    printing: {
      invoke: {
        src: 'printSlip',
        input: ({ context }) => ({ job: firstOf(context) }),
        onDone: 'recording',
        onError: [
          {
            guard: { type: 'isInterrupted', params: ({ event }) => ({ error: event.error }) },
            target: 'resting',
            actions: [
              { type: 'rememberTrouble', params: ({ event }) => ({ error: event.error }) },
              'markInterrupted',
              'reportCondition',
            ],
          },
          {
            target: 'resting',
            actions: [{ type: 'rememberTrouble', params: ({ event }) => ({ error: event.error }) }, 'reportCondition'],
          },
        ],
      },
    },
    recording: {
      invoke: {
        src: 'recordPrinted',
        input: ({ context }) => ({ job: firstOf(context) }),
        onDone: { target: 'choosing', actions: ['dropPrinted', 'reportCondition'] },
        // The paper is out: printing it again because a record failed would be the greater lie.
        onError: { target: 'choosing', actions: ['dropPrinted', 'reportCondition'] },
      },
    },
    blocked: {
      entry: 'reportCondition',
      always: { guard: 'isOverfull', actions: ['dropOldest', 'forgetOldest', 'reportCondition'] },
      on: {
        print: {
          actions: [{ type: 'enqueue', params: ({ event }) => ({ jobs: event.jobs }) }, 'reportCondition'],
        },
        'printer.changed': [
          {
            guard: { type: 'becomesReady', params: ({ event }) => ({ condition: event.condition }) },
            target: 'choosing',
            actions: [
              { type: 'rememberCondition', params: ({ event }) => ({ condition: event.condition }) },
              'reportCondition',
            ],
          },
          {
            actions: [
              { type: 'rememberCondition', params: ({ event }) => ({ condition: event.condition }) },
              'reportCondition',
            ],
          },
        ],
      },
    },
    resting: { after: { tryAgain: 'choosing' } },
  },
});

/** The same slip, or the same telling read from the journal once more under an id of its own. */
function isSame(queued: QueuedPrintJob, job: QueuedPrintJob): boolean {
  return queued.id === job.id || (job.telling !== null && queued.telling === job.telling);
}

/** How many slips wait beyond what is kept. */
function overfull({ queue }: PrintSpoolerContext): number {
  return Math.max(0, queue.length - WAITING_MAX);
}

function firstOf(context: PrintSpoolerContext): QueuedPrintJob {
  const [first] = context.queue;
  if (first === undefined) throw new Error('nothing to print');
  return first;
}

/** Part of the slip, or all of it, may be out already: the next attempt is another job, and says that it repeats one. */
function again(job: QueuedPrintJob): QueuedPrintJob {
  const [, id = job.id, count = '1'] = /^(.*)~(\d{1,6})$/.exec(job.id) ?? [];
  return { ...job, id: `${id}~${Number(count) + 1}`, mark: job.mark ?? 'reprint' };
}
