import type { UsbIds, UsbPrinterDevice } from './usb-link.ts';

type UsbPrinterClass = new (vendor?: number, product?: number) => UsbPrinterDevice;

/**
 * escpos-usb's own search. It is loaded when a printer is configured that needs it: the package is optional and has a native part.
 * @throws Error with `code` ENODEV when no printer is on the bus, and without one when the package cannot be used here
 */
export async function findUsbPrinter(ids: UsbIds | null): Promise<UsbPrinterDevice> {
  const Found = await loadEscposUsb();
  try {
    return ids === null ? new Found() : new Found(ids.vendor, ids.product);
  } catch (cause) {
    throw Object.assign(new Error('no printer on the USB bus', { cause }), { code: 'ENXIO' });
  }
}

async function loadEscposUsb(): Promise<UsbPrinterClass> {
  let loaded: unknown;
  try {
    // @ts-expect-error The package has no types.
    loaded = await import('escpos-usb');
  } catch (cause) {
    const why = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    throw new Error(`escpos-usb is not installed or does not fit this machine: ${why}`, { cause });
  }
  const found = typeof loaded === 'object' && loaded !== null && 'default' in loaded ? loaded.default : undefined;
  if (typeof found !== 'function') throw new Error('escpos-usb is not the package that is expected');
  return found as UsbPrinterClass;
}
