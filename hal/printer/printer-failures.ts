import { type FailureCode, TerminalFailure } from '../../domain/failure.ts';
import type { PrinterStatus } from './contract.ts';

const WORDS: Readonly<Record<Exclude<PrinterStatus, 'ok'>, readonly [FailureCode, string]>> = {
  'out-of-paper': ['printer.out-of-paper', 'the printer is out of paper: load a roll'],
  'cover-open': ['printer.cover-open', 'the cover of the printer is open: close it'],
  unplugged: ['printer.unplugged', 'the printer does not answer: check cable and power'],
};

/** Why a printer in this state takes no slip. Nothing was printed. */
export function refusal(status: Exclude<PrinterStatus, 'ok'>): TerminalFailure {
  const [code, message] = WORDS[status];
  return new TerminalFailure(code, message, { retryable: true });
}

/** The printer was lost in the middle of a slip: how much of it came out, nobody knows. */
export function interruption(cause: unknown): TerminalFailure {
  const message = 'the printer was lost in the middle of a slip: check cable and power';
  return new TerminalFailure('printer.interrupted', message, { retryable: true, cause });
}
