import { suite } from 'uvu';
import * as assert from 'uvu/assert';

import { SystemClock } from '../../../hal/clock/system-clock.ts';
import { VirtualClock } from '../../../hal/clock/virtual-clock.ts';
import type { Presence } from '../../../hal/device-node/presence.ts';
import { SerialScanner } from '../../../hal/scanner/serial-scanner.ts';
import { Heard } from '../../support/device-node.ts';
import { SerialLine } from '../../support/serial-line.ts';
import { CODE, scannerContract } from './scanner-contract.ts';

const scanner = suite('hal/scanner/serial-scanner');

async function startScanner(clock: VirtualClock | SystemClock = new VirtualClock()) {
  const line = new SerialLine();
  const presence = new Heard<Presence>();
  const texts = new Heard<string>();
  const path = await line.path;
  const device = new SerialScanner({ path, clock, onPresence: presence.hear });
  device.subscribe(texts.hear);
  await presence.until(1);
  const dispose = async (): Promise<void> => {
    await device.close();
    await line.unplug();
  };
  return { line, path, device, presence, texts, dispose };
}

scannerContract(scanner, 'a scanner on a serial line', async () => {
  const { line, device, dispose } = await startScanner();
  return { scanner: device, scan: (text) => line.send(`${text}\r\n`), dispose };
});

scanner('the line is raw: nothing is echoed, and no byte has a meaning of its own', async () => {
  const { line, texts, presence, dispose } = await startScanner();
  assert.equal(presence.items, [{ present: true, why: '' }]);
  // Ctrl+C, Ctrl+D, Ctrl+S and backspace would act on a line that is not raw.
  line.send(Buffer.from([0x31, 0x03, 0x04, 0x13, 0x7f, 0x32, 0x0d]));
  assert.equal(await texts.until(2), ['1', '\x04\x13\x7f2']);
  await dispose();
});

scanner('Chinese comes as UTF-8 or as GB18030', async () => {
  const { line, texts, dispose } = await startScanner();
  const gb18030 = Buffer.from([0xc3, 0xc5, 0xb5, 0xea]);
  line.send(Buffer.concat([Buffer.from('WIFI:S:门店;;\r', 'utf8'), gb18030, Buffer.from('\r')]));
  assert.equal(await texts.until(2), ['WIFI:S:门店;;', '门店']);
  await dispose();
});

scanner('start and end of text frame a code, and silence ends one without a suffix', async () => {
  const { line, texts, dispose } = await startScanner(new SystemClock());
  line.send(`\x02${CODE}\x03`);
  await texts.until(1);
  line.send(CODE);
  assert.equal(await texts.until(2), [CODE, CODE]);
  await dispose();
});

scanner('a line that hangs up is named, and closing ends the attempts to open it', async () => {
  const { line, path, presence, device } = await startScanner(new SystemClock());
  await line.unplug();
  const gone = (await presence.until(2))[1];
  assert.is(gone?.present, false);
  assert.ok(gone?.why.startsWith(path));
  await device.close();
});

scanner('what is no serial line is named', async () => {
  const presence = new Heard<Presence>();
  const path = '/dev/ttyACM-of-no-scanner';
  const device = new SerialScanner({ path, clock: new SystemClock(), onPresence: presence.hear });
  const [first] = await presence.until(1);
  assert.is(first?.why, `${path} is not there: plug the scanner in, or correct devices.scanner`);
  await device.close();
});

scanner.run();
