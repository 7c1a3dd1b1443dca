import { createActor, fromPromise, setup } from 'xstate';
import type { PrintJob } from '../../domain/slip.ts';
import type { Clock } from '../../hal/clock/contract.ts';
import type { Printer, PrinterStatus } from '../../hal/printer/contract.ts';
import { printSpoolerMachine, type PrintSpoolerEvent } from '../../machines/print-spooler.machine.ts';

/** Where the report is printed, and who hears that it has to wait. */
export interface ReportPrinting {
  readonly printer: Printer;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** The printer is not ready: the report waits. */
  readonly onHeld: (status: PrinterStatus) => void;
}

type Condition = { readonly type: 'printer.condition'; readonly condition: PrinterStatus; readonly waiting: number };

/**
 * Prints one slip through a spooler like the terminal's: without paper it waits for paper and is printed once.
 * @throws the signal's reason when nobody brings any
 */
export async function printReport(job: PrintJob, options: ReportPrinting): Promise<void> {
  const { printer, clock, signal, onHeld } = options;
  const done = Promise.withResolvers<void>();
  const spooler = printSpoolerMachine.provide({
    actors: {
      printSlip: fromPromise(({ signal: stop }) => printer.print(job, stop)),
      recordPrinted: fromPromise(() => Promise.resolve(done.resolve())),
    },
  });
  const desk = setup({
    types: { events: {} as PrintSpoolerEvent | Condition },
    actors: { spooler },
    actions: {
      tell: (_, { condition }: { condition: PrinterStatus }) => void (condition !== 'ok' && onHeld(condition)),
    },
  }).createMachine({
    invoke: { id: 'spooler', src: 'spooler', input: { condition: printer.status() } },
    on: {
      'printer.condition': {
        actions: { type: 'tell', params: ({ event }) => ({ condition: event.condition }) },
      },
    },
  });
  const actor = createActor(desk, { clock });
  actor.subscribe({ error: (error) => done.reject(error) });
  actor.start();
  const tell = (event: PrintSpoolerEvent): void => actor.getSnapshot().children['spooler']?.send(event);
  const unsubscribe = printer.subscribe((condition) => tell({ type: 'printer.changed', condition }));
  const stop = (): void => done.reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const { id, order, refund } = job;
  const queued = { id, kind: job.slip.kind, of: job.slip.kind, order, refund, telling: null, mark: null };
  tell({ type: 'print', jobs: [queued] });
  try {
    await done.promise;
  } finally {
    signal.removeEventListener('abort', stop);
    unsubscribe();
    actor.stop();
  }
}
