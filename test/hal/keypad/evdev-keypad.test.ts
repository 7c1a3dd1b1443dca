import { suite } from 'uvu';
import * as assert from 'uvu/assert';

import type { Key } from '../../../domain/screen.ts';
import { SystemClock } from '../../../hal/clock/system-clock.ts';
import type { Presence } from '../../../hal/device-node/presence.ts';
import { EvdevKeypad, type EvdevKeypadOptions } from '../../../hal/keypad/evdev-keypad.ts';
import { defaultKeyMap, keyMapOf } from '../../../hal/keypad/key-map.ts';
import { ScriptedKeypad } from '../../../hal/keypad/scripted-keypad.ts';
import { Heard, PipeNode } from '../../support/device-node.ts';
import { eventBytes, keyBytes } from '../../support/input-bytes.ts';
import { keypadContract } from './keypad-contract.ts';

const keypad = suite('hal/keypad/evdev-keypad');

const codeOf = (key: Key): number => [...defaultKeyMap()].find(([, mapped]) => mapped === key)?.[0] ?? 0;

async function startKeypad(more: Partial<EvdevKeypadOptions> = {}) {
  const node = new PipeNode();
  const presence = new Heard<Presence>();
  const keys = new Heard<Key>();
  const device = new EvdevKeypad({
    path: node.path,
    clock: new SystemClock(),
    wordBits: 64,
    onPresence: presence.hear,
    ...more,
  });
  device.subscribe(keys.hear);
  await presence.until(1);
  const dispose = async (): Promise<void> => {
    await device.close();
    node.remove();
  };
  return { node, device, presence, keys, dispose };
}

for (const wordBits of [64, 32] as const) {
  keypadContract(keypad, `a keypad of ${wordBits} bits`, async () => {
    const { node, device, dispose } = await startKeypad({ wordBits });
    return { keypad: device, press: (key) => node.send(keyBytes(codeOf(key), wordBits)), dispose };
  });
}

keypadContract(keypad, 'the scripted keypad', () => {
  const scripted = new ScriptedKeypad();
  return Promise.resolve({ keypad: scripted, press: (key) => scripted.press(key), dispose: () => Promise.resolve() });
});

keypad('a held digit is one digit, held arrows and backspace go on', async () => {
  const { node, keys, dispose } = await startKeypad();
  const held = (code: number): Uint8Array => Buffer.concat([1, 2, 2, 0].map((value) => eventBytes(1, code, value)));
  node.send(Buffer.concat([held(2), held(108), held(14), held(28)]));
  assert.equal(await keys.until(8), ['1', 'down', 'down', 'down', 'backspace', 'backspace', 'backspace', 'enter']);
  await dispose();
});

keypad('keys of which the kernel dropped events are not guessed', async () => {
  const { node, keys, dispose } = await startKeypad();
  node.send(Buffer.concat([eventBytes(0, 3, 0), eventBytes(1, 3, 1), eventBytes(0, 0, 0), keyBytes(4)]));
  assert.equal(await keys.until(1), ['3']);
  await dispose();
});

keypad('a box with keys of its own names them by code, a wrong text is named', async () => {
  const { node, keys, dispose } = await startKeypad({ keyMap: keyMapOf(['183=refund', '2=query']) });
  node.send(Buffer.concat([keyBytes(183), keyBytes(2), keyBytes(3)]));
  assert.equal(await keys.until(3), ['refund', 'query', '2']);
  await dispose();
  for (const text of ['x=refund', '183=pay', '9999=1', '']) {
    assert.throws(() => keyMapOf([text]), new RegExp(`"${text}" must be a key code`));
  }
});

keypad('an unplugged keypad is named, and its keys count again when it is back', async () => {
  const { node, presence, keys, dispose } = await startKeypad();
  node.unplug();
  assert.match((await presence.until(2))[1]?.why ?? '', 'was unplugged: plug the keypad in again');
  await presence.until(3);
  node.plugIn();
  await presence.until(4);
  node.send(keyBytes(2));
  assert.equal(await keys.until(1), ['1']);
  await dispose();
});

keypad.run();
