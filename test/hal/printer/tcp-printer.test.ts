import { suite } from 'uvu';
import * as assert from 'uvu/assert';

import { isFailure } from '../../../domain/failure.ts';
import { SystemClock } from '../../../hal/clock/system-clock.ts';
import type { Presence } from '../../../hal/device-node/presence.ts';
import type { PrinterStatus } from '../../../hal/printer/contract.ts';
import { EscposPrinter } from '../../../hal/printer/escpos-printer.ts';
import { SimulatedPrinter } from '../../../hal/printer/simulated-printer.ts';
import { TcpLink } from '../../../hal/printer/tcp-link.ts';
import { NetworkPrinter } from '../../support/network-printer.ts';
import { PrinterEnd } from '../../support/printer-end.ts';
import { becomes, bytesOf, failureOf, JOB, never, OTHER_JOB, printerContract } from './printer-contract.ts';

const printer = suite('hal/printer/tcp-link');

async function startPrinter() {
  const network = new NetworkPrinter();
  await network.plugIn();
  const presences: Presence[] = [];
  const path = `tcp://127.0.0.1:${network.port}`;
  const device = new EscposPrinter({
    link: new TcpLink({ host: '127.0.0.1', port: network.port }),
    device: { what: 'the printer', path, key: 'devices.printer' },
    clock: new SystemClock(),
    watchMs: 20,
    onPresence: (presence) => presences.push(presence),
  });
  const dispose = async (): Promise<void> => {
    await device.close();
    await network.unplug();
  };
  return { network, device, presences, dispose };
}

printerContract(printer, 'a printer on the network', ['out-of-paper', 'cover-open', 'unplugged'], async () => {
  const { network, device, dispose } = await startPrinter();
  return {
    printer: device,
    set: (state) => network.set(state),
    paper: (length) => network.end.until(length),
    dispose,
  };
});

printerContract(printer, 'the simulated printer', ['out-of-paper', 'cover-open', 'unplugged'], () => {
  const simulated = new SimulatedPrinter();
  const end = new PrinterEnd(() => undefined);
  simulated.onPaper(({ bytes }) => end.take(bytes));
  return Promise.resolve({
    printer: simulated,
    set: (state) => Promise.resolve(simulated.setStatus(state)),
    paper: (length) => end.until(length),
    dispose: () => Promise.resolve(),
  });
});

printer('a slip that runs out of paper is over when there is paper again, and comes out once', async () => {
  const { network, device, dispose } = await startPrinter();
  await becomes(device, 'ok');
  network.cutAt = (chunk) => {
    if (chunk.length > 3) network.end.state = 'out-of-paper';
    return false;
  };
  const told: string[] = [];
  const printing = device.print(JOB, never()).then(() => told.push('printed'));
  await becomes(device, 'out-of-paper');
  assert.equal(told, []);
  network.cutAt = () => false;
  network.end.state = 'ok';
  await printing;
  assert.is(device.status(), 'ok');
  assert.is(Buffer.compare(network.end.paper, bytesOf(JOB)), 0);
  await dispose();
});

printer('a cable that is pulled in the middle of a slip is an interruption, never a silent success', async () => {
  const { network, device, presences, dispose } = await startPrinter();
  await becomes(device, 'ok');
  network.cutAt = (chunk) => chunk.length > 3;
  const failure = await failureOf(device.print(JOB, never()));
  assert.ok(isFailure(failure, 'printer.interrupted') && failure.retryable, String(failure));
  assert.is(device.status(), 'unplugged');
  assert.match(presences.at(-1)?.why ?? '', /^tcp:.*the printer/);
  network.cutAt = () => false;
  await network.plugIn();
  await becomes(device, 'ok');
  await device.print(OTHER_JOB, never());
  assert.is(Buffer.compare(network.end.paper, bytesOf(OTHER_JOB)), 0);
  await dispose();
});

printer('a connection that the printer drops because it is idle is opened again and nobody is told', async () => {
  const { network, device, dispose } = await startPrinter();
  await becomes(device, 'ok');
  const told: PrinterStatus[] = [];
  device.subscribe((status) => told.push(status));
  const before = network.connections;
  network.drop();
  await device.print(JOB, never());
  assert.is(Buffer.compare(network.end.paper, bytesOf(JOB)), 0);
  assert.equal(told, []);
  assert.is(network.connections, before + 1);
  await dispose();
});

printer('a printer that never answers prints, and its state is taken as ready', async () => {
  const { network, device, dispose } = await startPrinter();
  network.end.isSilent = true;
  await becomes(device, 'ok');
  await device.print(JOB, never());
  assert.is(Buffer.compare(await network.end.until(bytesOf(JOB).length), bytesOf(JOB)), 0);
  await dispose();
});

printer('a printer that is not there is named with its remedy', async () => {
  const gone = new NetworkPrinter();
  await gone.plugIn();
  await gone.unplug();
  const named = Promise.withResolvers<Presence>();
  const device = new EscposPrinter({
    link: new TcpLink({ host: '127.0.0.1', port: gone.port }),
    device: { what: 'the printer', path: `tcp://127.0.0.1:${gone.port}`, key: 'devices.printer' },
    clock: new SystemClock(),
    onPresence: named.resolve,
  });
  const { present, why } = await named.promise;
  assert.is(present, false);
  assert.match(why, /^tcp:\/\/127\.0\.0\.1:\d+ refuses the connection: check the printer and devices\.printer$/);
  assert.ok(isFailure(await failureOf(device.print(JOB, never())), 'printer.unplugged'));
  await device.close();
});

printer.run();
