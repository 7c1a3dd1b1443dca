import { shiftTelling } from '../domain/ledger.ts';
import type { RequestedSlip } from './flow-events.ts';
import type { QueuedPrintJob } from './print-spooler.machine.ts';
import type { TerminalContext } from './terminal-orders.ts';
import { inThisLife } from './terminal-tellings.ts';

/** The slip that a flow asked for. An order's slip again says so; a shift's is told durably; a report is printed and forgotten. */
export function requestedSlipJob(context: TerminalContext, slip: RequestedSlip): QueuedPrintJob {
  const { of, order, refund, report } = slip;
  const count = `${context.recovered?.boot ?? 0}-${context.reprints}`;
  if (report === null) {
    return { id: `reprint-${count}`, kind: 'reprint', of, order, refund, telling: null, mark: 'reprint' };
  }
  if (report.kind === 'shift') return shiftSlipJob(report.shift);
  return { id: `${of}-${count}`, kind: of, of, order, refund, telling: null, mark: null, report };
}

function shiftSlipJob(shift: number): QueuedPrintJob {
  const telling = shiftTelling(shift);
  const report = { kind: 'shift' as const, shift };
  return { id: telling, kind: 'shift', of: 'shift', order: null, refund: null, telling, mark: null, report };
}

/** A hand-over whose slip the journal does not hold as printed: the paper may exist, so that it gets a new id and a mark (M7). */
export function owedShiftJobs(context: TerminalContext): QueuedPrintJob[] {
  const shift = context.recovered?.owedShift ?? null;
  return shift === null ? [] : [inThisLife(context, shiftSlipJob(shift))];
}
