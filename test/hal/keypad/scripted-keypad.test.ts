import { suite } from 'uvu';
import * as assert from 'uvu/assert';

import type { Key } from '../../../domain/screen.ts';
import { ScriptedKeypad } from '../../../hal/keypad/scripted-keypad.ts';

const keypad = suite('hal/keypad/scripted-keypad');

keypad('keys reach every listener in the order in which they were pressed', () => {
  const pad = new ScriptedKeypad();
  const first: Key[] = [];
  const second: Key[] = [];
  pad.subscribe((key) => first.push(key));
  pad.subscribe((key) => second.push(key));
  pad.press('2', '0', '.', '0', '5', 'enter');
  assert.equal(first, ['2', '0', '.', '0', '5', 'enter']);
  assert.equal(second, first);
});

keypad('a listener may leave while a key is being told', () => {
  const pad = new ScriptedKeypad();
  const heard: string[] = [];
  const leave = pad.subscribe((key) => {
    heard.push(`once ${key}`);
    leave();
  });
  pad.subscribe((key) => heard.push(`always ${key}`));
  pad.press('1', '2');
  assert.equal(heard, ['once 1', 'always 1', 'always 2']);
});

keypad('no key is told after close, not even to a listener that comes then', async () => {
  const pad = new ScriptedKeypad();
  const heard: Key[] = [];
  pad.subscribe((key) => heard.push(key));
  await pad.close();
  pad.subscribe((key) => heard.push(key));
  pad.press('1');
  await pad.close();
  assert.equal(heard, []);
});

keypad.run();
