import { join } from 'node:path';
import type { PaymentDesk } from '../payment-ports.ts';
import { CallSpool } from './call-spool.ts';
import { Monitor } from './monitor.ts';
import { DeviceStatistics } from './statistics.ts';

/** The log upload of a terminal: it hears of every call, every fact and the printer, and speaks in idle moments. */
export function openMonitor({ desk, isIdle }: { readonly desk: PaymentDesk; readonly isIdle: () => boolean }): Monitor {
  const { parts, calls, journal } = desk;
  const { config, clock, disk, settings, gateway, devices, log } = parts;
  const statistics = new DeviceStatistics();
  const monitor = new Monitor({
    clock,
    gateway,
    statistics,
    spool: new CallSpool({
      disk,
      folder: join(config.dataDir, 'monitor'),
      onTrouble: (reason) => log.warn({ reason }, 'the calls for the log upload could not be kept'),
    }),
    configuration: () => settings.current().configuration,
    chooseDomain: () => calls.choose(),
    isIdle,
    intervalMs: config.monitor.intervalMs,
  });
  calls.onFinished((trace) => monitor.called(trace));
  journal.onRecorded((entry) => statistics.recorded(entry));
  devices.printer.subscribe((condition) => statistics.printerChanged(condition));
  return monitor;
}
