import type { Test } from 'uvu';
import * as assert from 'uvu/assert';

import { isFailure } from '../../../domain/failure.ts';
import type { PrintJob } from '../../../domain/slip.ts';
import type { Printer, PrinterStatus } from '../../../hal/printer/contract.ts';
import { encodeSlip } from '../../../hal/printer/escpos/encode.ts';
import { PROFILE_58MM } from '../../../hal/printer/escpos/profile.ts';
import { SAMPLE_ORDER, sampleSlips } from '../../support/sample-slips.ts';

export const JOB: PrintJob = { id: 'slip-1', slip: sampleSlips('zh-CN').payment, order: SAMPLE_ORDER, refund: null };
export const OTHER_JOB: PrintJob = { ...JOB, id: 'slip-2', slip: sampleSlips('zh-CN').unknown };
export const bytesOf = (...jobs: readonly PrintJob[]): Uint8Array =>
  Buffer.concat(jobs.map(({ slip }) => encodeSlip(slip, PROFILE_58MM)));

export const never = (): AbortSignal => new AbortController().signal;

export interface PrinterUnderTest {
  readonly printer: Printer;
  /** Hands: paper, cover and cable. */
  set(state: PrinterStatus): Promise<void>;
  /** The bytes that came out on paper, once there are so many. */
  paper(length: number): Promise<Uint8Array>;
  /** Lets go of what stands for the device. */
  dispose(): Promise<void>;
}

/** Resolves when the printer is in this state. */
export function becomes(printer: Printer, status: PrinterStatus): Promise<void> {
  return new Promise((resolve) => {
    const look = (now: PrinterStatus): void => {
      if (now !== status) return;
      stop();
      resolve();
    };
    const stop = printer.subscribe(look);
    look(printer.status());
  });
}

export async function failureOf(printing: Promise<void>): Promise<unknown> {
  return printing.then(
    () => null,
    (error: unknown) => error,
  );
}

/** What every printer does, real or simulated. `states` are those that it can tell apart. */
export function printerContract(
  test: Test,
  name: string,
  states: readonly Exclude<PrinterStatus, 'ok'>[],
  open: () => Promise<PrinterUnderTest>,
): void {
  const onPrinter = (what: string, run: (under: PrinterUnderTest) => Promise<void>): void =>
    test(`${name}: ${what}`, async () => {
      const under = await open();
      try {
        await becomes(under.printer, 'ok');
        await run(under);
      } finally {
        await under.printer.close();
        await under.dispose();
      }
    });

  onPrinter('every byte of each slip comes out once, in order', async ({ printer, paper }) => {
    await Promise.all([printer.print(JOB, never()), printer.print(OTHER_JOB, never())]);
    await printer.print(JOB, never());
    const expected = bytesOf(JOB, OTHER_JOB, JOB);
    assert.is(Buffer.compare(await paper(expected.length), expected), 0);
  });

  for (const state of states) {
    onPrinter(`${state} is told and refuses before the first byte; back in order, it prints`, async (under) => {
      const { printer, paper } = under;
      await under.set(state);
      await becomes(printer, state);
      const failure = await failureOf(printer.print(JOB, never()));
      assert.ok(isFailure(failure, `printer.${state}`) && failure.retryable, String(failure));
      await under.set('ok');
      await becomes(printer, 'ok');
      await printer.print(OTHER_JOB, never());
      const expected = bytesOf(OTHER_JOB);
      assert.is(Buffer.compare(await paper(expected.length), expected), 0);
    });
  }

  onPrinter('an aborted slip is not begun', async ({ printer, paper }) => {
    assert.is(await failureOf(printer.print(JOB, AbortSignal.abort('stopped'))), 'stopped');
    await printer.print(OTHER_JOB, never());
    const expected = bytesOf(OTHER_JOB);
    assert.is(Buffer.compare(await paper(expected.length), expected), 0);
  });

  onPrinter('closed, it refuses, and closing it twice is once', async ({ printer }) => {
    await printer.close();
    await printer.close();
    assert.ok(isFailure(await failureOf(printer.print(JOB, never())), 'printer.unplugged'));
  });
}
