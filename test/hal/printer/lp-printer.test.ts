import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

import { isFailure } from '../../../domain/failure.ts';
import type { PrintJob } from '../../../domain/slip.ts';
import { SystemClock } from '../../../hal/clock/system-clock.ts';
import type { Presence } from '../../../hal/device-node/presence.ts';
import type { PrinterStatus } from '../../../hal/printer/contract.ts';
import { EscposPrinter } from '../../../hal/printer/escpos-printer.ts';
import { LpLink } from '../../../hal/printer/lp-link.ts';
import { PrinterEnd } from '../../support/printer-end.ts';
import { SerialLine } from '../../support/serial-line.ts';
import { becomes, bytesOf, failureOf, JOB, never, OTHER_JOB, printerContract } from './printer-contract.ts';

const printer = suite('hal/printer/lp-link');

/** More than a pseudo-terminal, its program and two pipes hold. */
const LONG_JOB: PrintJob = {
  ...JOB,
  id: 'slip-long',
  slip: { ...JOB.slip, blocks: Array.from({ length: 12_000 }, () => ({ is: 'text' as const, text: '流水 20.05' })) },
};

/** A printer on a character device: the node is a link, as one that udev makes, and the cable can be pulled. */
class LinePrinter {
  readonly path: string;
  readonly end = new PrinterEnd((answer) => this.line?.send(answer));
  readonly #folder = mkdtempSync(join(tmpdir(), 'till-lp-'));
  line: SerialLine | null = null;

  constructor() {
    this.path = join(this.#folder, 'lp0');
  }

  async plugIn(): Promise<void> {
    const line = new SerialLine();
    const path = await line.path;
    line.onReceived(this.end.take);
    this.line = line;
    symlinkSync(path, this.path);
  }

  async unplug(): Promise<void> {
    const { line } = this;
    this.line = null;
    rmSync(this.path, { force: true });
    await line?.unplug();
  }

  async set(state: PrinterStatus): Promise<void> {
    if (state === 'unplugged') return this.unplug();
    this.end.state = state;
    if (this.line === null) await this.plugIn();
  }

  async remove(): Promise<void> {
    await this.unplug();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function startPrinter() {
  const lp = new LinePrinter();
  await lp.plugIn();
  const presences: Presence[] = [];
  const device = new EscposPrinter({
    link: new LpLink(lp.path),
    device: { what: 'the printer', path: lp.path, key: 'devices.printer' },
    clock: new SystemClock(),
    watchMs: 20,
    onPresence: (presence) => presences.push(presence),
  });
  const dispose = async (): Promise<void> => {
    await device.close();
    await lp.remove();
  };
  return { lp, device, presences, dispose };
}

printerContract(printer, 'a printer on a character device', ['out-of-paper', 'cover-open', 'unplugged'], async () => {
  const { lp, device, dispose } = await startPrinter();
  return { printer: device, set: (state) => lp.set(state), paper: (length) => lp.end.until(length), dispose };
});

printer('a printer that stands still holds up nothing else, is told, and goes on where it stopped', async () => {
  const { lp, device, dispose } = await startPrinter();
  await becomes(device, 'ok');
  lp.line?.stall();
  let turns = 0;
  const printing = device.print(LONG_JOB, never());
  const turning = (async () => {
    while (device.status() === 'ok') {
      turns += 1;
      await new Promise(setImmediate);
    }
  })();
  await becomes(device, 'out-of-paper');
  await turning;
  assert.ok(turns > 100, `the loop turned ${turns} times`);
  lp.line?.goOn();
  await printing;
  assert.is(device.status(), 'ok');
  assert.is(Buffer.compare(await lp.end.until(bytesOf(LONG_JOB).length), bytesOf(LONG_JOB)), 0);
  await dispose();
});

printer('a cable that is pulled in the middle of a slip interrupts it, and the next slip begins clean', async () => {
  const { lp, device, presences, dispose } = await startPrinter();
  await becomes(device, 'ok');
  lp.line?.stall();
  const printing = failureOf(device.print(LONG_JOB, never()));
  await becomes(device, 'out-of-paper');
  await lp.unplug();
  const failure = await printing;
  assert.ok(isFailure(failure, 'printer.interrupted'), String(failure));
  assert.match(presences.at(-1)?.why ?? '', lp.path);
  const before = lp.end.paper.length;
  await lp.plugIn();
  await becomes(device, 'ok');
  await device.print(OTHER_JOB, never());
  const after = (await lp.end.until(before + bytesOf(OTHER_JOB).length)).subarray(before);
  assert.is(Buffer.compare(after, bytesOf(OTHER_JOB)), 0);
  await dispose();
});

printer.run();
