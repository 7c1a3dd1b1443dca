import type { Test } from 'uvu';
import * as assert from 'uvu/assert';

import type { Key } from '../../../domain/screen.ts';
import type { Keypad } from '../../../hal/keypad/contract.ts';
import { Heard } from '../../support/device-node.ts';

export interface KeypadUnderTest {
  readonly keypad: Keypad;
  press(key: Key): void;
  /** Lets go of what stands for the device. */
  dispose(): Promise<void>;
}

/** What every keypad does, real or simulated. */
export function keypadContract(test: Test, name: string, open: () => Promise<KeypadUnderTest>): void {
  const onKeypad = (what: string, run: (under: KeypadUnderTest) => Promise<void>): void =>
    test(`${name}: ${what}`, async () => {
      const under = await open();
      try {
        await run(under);
      } finally {
        await under.keypad.close();
        await under.dispose();
      }
    });

  onKeypad('keys reach every listener in the order in which they were pressed', async ({ keypad, press }) => {
    const keys: readonly Key[] = ['2', '0', '.', '0', '5', 'enter', 'refund', 'query', 'menu', 'up', 'down', 'cancel'];
    const [heard, also] = [new Heard<Key>(), new Heard<Key>()];
    keypad.subscribe(heard.hear);
    keypad.subscribe(also.hear);
    for (const key of keys) press(key);
    assert.equal(await heard.until(keys.length), keys);
    assert.equal(await also.until(keys.length), keys);
  });

  onKeypad('every key of the terminal is there', async ({ keypad, press }) => {
    const keys: readonly Key[] = [...'0123456789'].map((digit) => digit as Key);
    const all: readonly Key[] = [...keys, 'backspace', 'replay', 'reprint', '.', 'enter'];
    const heard = new Heard<Key>();
    keypad.subscribe(heard.hear);
    for (const key of all) press(key);
    assert.equal(await heard.until(all.length), all);
  });

  onKeypad('who has left hears nothing, and nobody does after close', async ({ keypad, press }) => {
    const [heard, gone] = [new Heard<Key>(), new Heard<Key>()];
    keypad.subscribe(gone.hear)();
    keypad.subscribe(heard.hear);
    press('1');
    await heard.until(1);
    await keypad.close();
    await keypad.close();
    keypad.subscribe(gone.hear);
    assert.equal(gone.items, []);
  });
}
