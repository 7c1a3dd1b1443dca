import { existsSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

import { SystemClock } from '../../../hal/clock/system-clock.ts';
import { VirtualClock } from '../../../hal/clock/virtual-clock.ts';
import type { Presence } from '../../../hal/device-node/presence.ts';
import { EvdevScanner, type EvdevScannerOptions } from '../../../hal/scanner/evdev-scanner.ts';
import { ScriptedScanner } from '../../../hal/scanner/scripted-scanner.ts';
import { Heard, PipeNode } from '../../support/device-node.ts';
import { eventBytes, typedBytes } from '../../support/input-bytes.ts';
import { CODE, LINK, scannerContract } from './scanner-contract.ts';

const scanner = suite('hal/scanner/evdev-scanner');

const SYN_DROPPED = eventBytes(0, 3, 0);
const REPORT = eventBytes(0, 0, 0);

/** A scanner on a pipe that stands for its node, ready to read. */
async function startScanner(more: Partial<EvdevScannerOptions> = {}) {
  const node = new PipeNode();
  const presence = new Heard<Presence>();
  const texts = new Heard<string>();
  const lost = new Heard<string>();
  const device = new EvdevScanner({
    path: node.path,
    // Silence never falls by itself: a slow machine must not cut a code in two.
    clock: new VirtualClock(),
    wordBits: 64,
    onPresence: presence.hear,
    onLost: lost.hear,
    ...more,
  });
  device.subscribe(texts.hear);
  await presence.until(1);
  const dispose = async (): Promise<void> => {
    await device.close();
    node.remove();
  };
  return { node, device, presence, texts, lost, dispose };
}

for (const wordBits of [64, 32] as const) {
  scannerContract(scanner, `a keyboard scanner of ${wordBits} bits`, async () => {
    const { node, device, dispose } = await startScanner({ wordBits });
    return {
      scanner: device,
      // In parts, as a pipe holds no more; the contract's longest scan is half a megabyte of events.
      scan: (text) => void sendSlowly(node, typedBytes(`${text}\n`, wordBits)),
      dispose,
    };
  });
}

scannerContract(scanner, 'the scripted scanner', () => {
  const scripted = new ScriptedScanner();
  return Promise.resolve({ scanner: scripted, scan: (text) => scripted.read(text), dispose: () => Promise.resolve() });
});

const PIPE_PART = 4_096;
const sending = new WeakMap<PipeNode, Promise<void>>();

/** A full pipe makes its writer wait, so the loop that empties it must turn between the parts. */
function sendSlowly(node: PipeNode, bytes: Uint8Array): Promise<void> {
  const send = async (): Promise<void> => {
    await sending.get(node);
    for (let at = 0; at < bytes.length; at += PIPE_PART) {
      node.send(bytes.subarray(at, at + PIPE_PART));
      await new Promise(setImmediate);
    }
  };
  const turn = send();
  sending.set(node, turn);
  return turn;
}

scanner('reads that are split in the middle of an event lose no character', async () => {
  const { node, texts, dispose } = await startScanner();
  const bytes = typedBytes(`${LINK}\n`);
  for (let at = 0; at < bytes.length; at += 7) {
    node.send(bytes.subarray(at, at + 7));
    if (at % 700 === 0) await new Promise(setImmediate);
  }
  assert.equal(await texts.until(1), [LINK]);
  await dispose();
});

scanner('a scan of which the kernel dropped events is discarded and said, the next one is read', async () => {
  const { node, texts, lost, dispose } = await startScanner();
  const half = typedBytes(CODE.slice(0, 6));
  const rest = typedBytes(CODE.slice(9));
  node.send(Buffer.concat([half, SYN_DROPPED, rest.subarray(0, 24), REPORT, rest, typedBytes('\n')]));
  assert.equal(await lost.until(1), ['the kernel dropped keystrokes of a scan: scan it again']);
  node.send(typedBytes(`${CODE}\n`));
  assert.equal(await texts.until(1), [CODE]);
  await dispose();
});

scanner('a scanner without a suffix ends its code by silence', async () => {
  const { node, texts, dispose } = await startScanner({ clock: new SystemClock() });
  // One write of less than a pipe's buffer is read as one.
  node.send(typedBytes(CODE));
  assert.equal(await texts.until(1), [CODE]);
  await dispose();
});

scanner('capital letters come by shift and by caps lock, and a held key is one character', async () => {
  const { node, texts, dispose } = await startScanner();
  const capsLock = Buffer.concat([1, 0].map((value) => eventBytes(1, 58, value)));
  const held = Buffer.concat([eventBytes(1, 30, 1), eventBytes(1, 30, 2), eventBytes(1, 30, 0), REPORT]);
  node.send(Buffer.concat([typedBytes('WiFi:'), capsLock, typedBytes('abc'), capsLock, held, typedBytes('\n')]));
  assert.equal(await texts.until(1), ['WiFi:ABCa']);
  await dispose();
});

scanner('a scanner set to a German or French keyboard is understood when the terminal knows', async () => {
  const german = await startScanner({ layout: 'de' });
  // The keys that a US keyboard calls y and z.
  german.node.send(typedBytes('zy\n'));
  assert.equal(await german.texts.until(1), ['yz']);
  await german.dispose();
  const french = await startScanner({ layout: 'fr' });
  const shifted = Buffer.concat([eventBytes(1, 54, 1), typedBytes('1234'), eventBytes(1, 54, 0), typedBytes('q\n')]);
  french.node.send(shifted);
  assert.equal(await french.texts.until(1), ['1234a']);
  await french.dispose();
});

scanner(
  'an unplugged scanner is named with its remedy, half a code is dropped, and it reads again when it is back',
  async () => {
    const { node, presence, texts, dispose } = await startScanner({ clock: new SystemClock() });
    node.send(typedBytes('99999'));
    node.unplug();
    const [, gone] = await presence.until(2);
    assert.is(gone?.present, false);
    assert.match(gone?.why ?? '', `${node.path} was unplugged: plug the scanner in again`);
    assert.match(
      (await presence.until(3))[2]?.why ?? '',
      `${node.path} is not there: plug the scanner in, or correct devices.scanner`,
    );
    node.plugIn();
    assert.is((await presence.until(4))[3]?.present, true);
    node.send(typedBytes(`${CODE}\n`));
    assert.equal(await texts.until(1), [CODE]);
    await dispose();
  },
);

scanner('a node that is not there at the start is named, and closing ends the attempts', async () => {
  const presence = new Heard<Presence>();
  const path = '/dev/input/event-of-no-scanner';
  assert.not(existsSync(path));
  const device = new EvdevScanner({ path, clock: new SystemClock(), onPresence: presence.hear });
  const [first] = await presence.until(1);
  assert.is(first?.why, `${path} is not there: plug the scanner in, or correct devices.scanner`);
  await device.close();
});

scanner.run();
