import { suite } from 'uvu';
import * as assert from 'uvu/assert';

import { isFailure } from '../../../domain/failure.ts';
import { SystemClock } from '../../../hal/clock/system-clock.ts';
import type { Presence } from '../../../hal/device-node/presence.ts';
import type { PrinterStatus } from '../../../hal/printer/contract.ts';
import { EscposPrinter } from '../../../hal/printer/escpos-printer.ts';
import { findUsbPrinter } from '../../../hal/printer/find-usb-printer.ts';
import { type FindUsbPrinter, UsbLink, type UsbPrinterDevice } from '../../../hal/printer/usb-link.ts';
import { PrinterEnd } from '../../support/printer-end.ts';
import { becomes, bytesOf, failureOf, JOB, never, printerContract } from './printer-contract.ts';

const printer = suite('hal/printer/usb-link');

/** The lowest layer: a bus with one printer, as escpos-usb shows it. */
class UsbBus {
  readonly end = new PrinterEnd(() => undefined);
  isPlugged = true;
  /** Set: the next transfer ends with it. */
  failure: Error | null = null;
  #detached: (() => void)[] = [];

  readonly find: FindUsbPrinter = async () => {
    if (!this.isPlugged) throw Object.assign(new Error('no printer on the USB bus'), { code: 'ENXIO' });
    const device: UsbPrinterDevice = {
      open: (opened) => setImmediate(opened, null),
      write: (bytes, written) => {
        setImmediate(() => {
          if (this.failure === null) this.end.take(bytes);
          written(this.failure);
        });
      },
      close: (closed) => setImmediate(closed),
      on: (_, listener) => this.#detached.push(listener),
    };
    return device;
  };

  async set(state: PrinterStatus): Promise<void> {
    this.isPlugged = state === 'ok';
    if (!this.isPlugged) for (const tell of this.#detached.splice(0)) tell();
  }
}

function startPrinter(find?: FindUsbPrinter) {
  const bus = new UsbBus();
  const presences: Presence[] = [];
  const device = new EscposPrinter({
    link: new UsbLink(find ?? bus.find, null),
    device: { what: 'the printer', path: 'usb:', key: 'devices.printer' },
    clock: new SystemClock(),
    watchMs: 20,
    onPresence: (presence) => presences.push(presence),
  });
  return { bus, device, presences };
}

printerContract(printer, 'a printer on escpos-usb', ['unplugged'], () => {
  const { bus, device } = startPrinter();
  return Promise.resolve({
    printer: device,
    set: (state) => bus.set(state),
    paper: (length) => bus.end.until(length),
    dispose: () => Promise.resolve(),
  });
});

printer('a transfer that fails in the middle of a slip interrupts it', async () => {
  const { bus, device } = startPrinter();
  await becomes(device, 'ok');
  const long = { ...JOB, slip: { ...JOB.slip, blocks: Array.from({ length: 400 }, () => ({ is: 'rule' as const })) } };
  assert.ok(bytesOf(long).length > 4_096 * 2);
  bus.failure = new Error('LIBUSB_TRANSFER_STALL');
  const failure = await failureOf(device.print(long, never()));
  assert.ok(isFailure(failure, 'printer.interrupted'), String(failure));
  await device.close();
});

printer('the package itself says what is missing: the printer, or the package', async () => {
  const { device, presences } = startPrinter(findUsbPrinter);
  const failure = await failureOf(device.print(JOB, never()));
  assert.ok(isFailure(failure, 'printer.unplugged'));
  assert.match(
    presences[0]?.why ?? '',
    /^usb: (has nothing behind it: plug the printer in|cannot be used \(escpos-usb is)/,
  );
  await device.close();
});

printer.run();
