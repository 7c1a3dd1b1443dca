import type { PrinterLink } from './printer-link.ts';

/** What the terminal uses of an escpos-usb device. */
export interface UsbPrinterDevice {
  open(opened: (error: Error | null | undefined) => void): unknown;
  write(bytes: Buffer, written: (error?: Error | null) => void): unknown;
  close(closed: (error?: Error | null) => void): unknown;
  on(event: 'detach', listener: () => void): unknown;
}

/** Finds the printer on the bus: the given one, or the first that calls itself a printer. Throws when there is none. */
export type FindUsbPrinter = (ids: UsbIds | null) => Promise<UsbPrinterDevice>;

/** A printer by its USB vendor and product number, where several hang on the bus. */
export interface UsbIds {
  readonly vendor: number;
  readonly product: number;
}

/**
 * A USB printer that no kernel driver serves, by escpos-usb. It has no way back: the state of the paper is unknown to it, and it takes the
 * device away from the kernel for good. `/dev/usb/lp*` is better wherever the kernel has `usblp`.
 */
export class UsbLink implements PrinterLink {
  readonly #find: FindUsbPrinter;
  readonly #ids: UsbIds | null;
  #device: UsbPrinterDevice | null = null;
  #failure: Error | null = null;
  #isBusy = false;

  constructor(find: FindUsbPrinter, ids: UsbIds | null) {
    this.#find = find;
    this.#ids = ids;
  }

  async open(): Promise<void> {
    this.close();
    const device = await this.#find(this.#ids);
    await new Promise<void>((resolve, reject) => {
      device.open((error) => (error == null ? resolve() : reject(error)));
    });
    device.on('detach', () => this.#fail(device, Object.assign(new Error('unplugged'), { code: 'ENODEV' })));
    this.#failure = null;
    this.#isBusy = false;
    this.#device = device;
  }

  /** One transfer at a time: what the printer has not taken yet is not followed by more. */
  write(bytes: Uint8Array): number {
    const device = this.#opened();
    if (this.#isBusy) return 0;
    this.#isBusy = true;
    device.write(Buffer.from(bytes), (error) => {
      if (this.#device !== device) return;
      this.#isBusy = false;
      if (error != null) this.#fail(device, error);
    });
    return bytes.length;
  }

  read(): Uint8Array {
    this.#opened();
    return new Uint8Array(0);
  }

  close(): void {
    const device = this.#device;
    this.#device = null;
    // A device that is gone cannot be closed either.
    device?.close(() => undefined);
  }

  #fail(device: UsbPrinterDevice, error: Error): void {
    if (this.#device === device) this.#failure = error;
  }

  #opened(): UsbPrinterDevice {
    if (this.#failure !== null) throw this.#failure;
    if (this.#device === null) throw Object.assign(new Error('the printer is not open'), { code: 'ENODEV' });
    return this.#device;
  }
}
