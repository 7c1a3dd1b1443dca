import type { PrintJob } from '../../domain/slip.ts';

/** What a printer says of itself, as far as a shop can do something about it. Only `ok` prints. */
export type PrinterStatus = 'ok' | 'out-of-paper' | 'cover-open' | 'unplugged';

/** A receipt printer. */
export interface Printer {
  /**
   * Resolves when every byte was taken by the printer. Rejects before the first byte when the printer is not `ok`.
   * @throws TerminalFailure `printer.*`
   */
  print(job: PrintJob, signal: AbortSignal): Promise<void>;
  status(): PrinterStatus;
  /** Told at every change of status; returns the unsubscribe function. */
  subscribe(listener: (status: PrinterStatus) => void): () => void;
  close(): Promise<void>;
}
