import { suite } from 'uvu';
import * as assert from 'uvu/assert';

import { SCAN_TEXT_MAX } from '../../../hal/scanner/contract.ts';
import { ScriptedScanner } from '../../../hal/scanner/scripted-scanner.ts';

const scanner = suite('hal/scanner/scripted-scanner');

scanner('what was read is passed on as it is, spaces and Chinese included', () => {
  const device = new ScriptedScanner();
  const read: string[] = [];
  device.subscribe((text) => read.push(text));
  device.read(' WIFI:S:门店;; ');
  assert.equal(read, [' WIFI:S:门店;; ']);
});

scanner('a read longer than any code is cut, so that it is named as unknown and fills no memory', () => {
  const device = new ScriptedScanner();
  const read: string[] = [];
  device.subscribe((text) => read.push(text));
  device.read('1'.repeat(SCAN_TEXT_MAX * 3));
  assert.is(read[0]?.length, SCAN_TEXT_MAX);
});

scanner('nothing is read after close', async () => {
  const device = new ScriptedScanner();
  const read: string[] = [];
  device.subscribe((text) => read.push(text));
  await device.close();
  device.read('134567890123456789');
  assert.equal(read, []);
});

scanner.run();
