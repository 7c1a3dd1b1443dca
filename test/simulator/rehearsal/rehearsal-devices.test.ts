import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { rehearsalMark } from '../../../domain/rehearsal-mark.ts';
import type { Screen } from '../../../domain/screen.ts';
import { VirtualClock } from '../../../hal/clock/virtual-clock.ts';
import { ScriptedKeypad } from '../../../hal/keypad/scripted-keypad.ts';
import { SimulatedPrinter } from '../../../hal/printer/simulated-printer.ts';
import { ScriptedScanner } from '../../../hal/scanner/scripted-scanner.ts';
import { CaptureScreen } from '../../../hal/screen/capture-screen.ts';
import { SimulatedSpeaker } from '../../../hal/speaker/simulated-speaker.ts';
import { SimulatedWifi } from '../../../hal/wifi/simulated-wifi.ts';
import { RehearsalDevices } from '../../../simulator/rehearsal/rehearsal-devices.ts';
import { sampleSlips } from '../../support/sample-slips.ts';

const test = suite('simulator/rehearsal/rehearsal-devices');

const PAID: Screen = { name: 'paid', lines: ['收款成功', '¥0.02'], order: '01', amountFen: 2 };
const never = new AbortController().signal;

function staged() {
  const clock = new VirtualClock();
  let closed = 0;
  const real = {
    screen: new CaptureScreen({ historyMax: 10 }),
    keypad: new ScriptedKeypad(),
    scanner: new ScriptedScanner(),
    speaker: new SimulatedSpeaker({ clock }),
    printer: new SimulatedPrinter(),
    wifi: new SimulatedWifi({ clock }),
    close: () => Promise.resolve(void (closed += 1)),
  };
  let notices = 0;
  const stage = new RehearsalDevices(real, rehearsalMark('zh-CN'), () => void (notices += 1));
  return { real, stage, closed: () => closed, notices: () => notices };
}

test('every screen, the rehearsal’s own too, is watermarked on the device and remembered as it was', () => {
  const { real, stage, notices } = staged();
  stage.devices.screen.show(PAID);
  assert.equal(real.screen.current()?.lines, ['演练 · 收款成功', '¥0.02']);
  assert.equal(stage.screens, [PAID]);
  stage.show(['C1', '收款']);
  assert.equal(real.screen.current()?.lines, ['演练 · C1', '收款']);
  assert.is(stage.screens.length, 1);
  assert.is(notices(), 1);
});

test('every sentence is watermarked', async () => {
  const { real, stage } = staged();
  const spoken: string[] = [];
  real.speaker.subscribe(({ sentence }) => spoken.push(sentence.text));
  const sentence = { text: '微信支付收款成功', clips: ['wechat-paid'] };
  await stage.devices.speaker.speak({ job: 'a', sentence, order: '01', refund: null }, never);
  assert.equal(spoken, ['演练，微信支付收款成功']);
  assert.equal(stage.heard, [{ text: '微信支付收款成功', order: '01', refund: null }]);
});

test('every slip is watermarked, and one that did not come out is not remembered', async () => {
  const { real, stage } = staged();
  const kinds: string[] = [];
  real.printer.onPaper(({ job, text }) => {
    kinds.push(job.slip.kind);
    assert.match(text.split('\n')[0] ?? '', '演练');
  });
  const slips = Object.values(sampleSlips('zh-CN'));
  for (const [index, slip] of slips.entries()) {
    await stage.devices.printer.print({ id: String(index), slip, order: null, refund: null }, never);
  }
  assert.equal(
    kinds,
    slips.map(() => 'rehearsal'),
  );
  assert.is(stage.printed.length, slips.length);
  real.printer.setStatus('out-of-paper');
  const [slip] = slips;
  assert.ok(slip !== undefined);
  const refused = await stage.devices.printer.print({ id: 'x', slip, order: null, refund: null }, never).catch(String);
  assert.match(String(refused), 'out of paper');
  assert.is(stage.printed.length, slips.length);
});

test('the hands of a person do not reach the terminal, those of the script do', () => {
  const { real, stage } = staged();
  const got: string[] = [];
  const seen: string[] = [];
  stage.devices.keypad.subscribe((key) => got.push(key));
  stage.devices.scanner.subscribe((text) => got.push(text));
  const leave = stage.onKey((key) => seen.push(key));
  real.keypad.press('enter');
  real.scanner.read('130000000000000001');
  stage.press('5');
  stage.scan('280000000000000001');
  leave();
  real.keypad.press('cancel');
  assert.equal(got, ['5', '280000000000000001']);
  assert.equal(seen, ['enter']);
});

test('a terminal that stops closes nothing: the report is still to come', async () => {
  const { stage, closed } = staged();
  const { devices } = stage;
  for (const device of [devices, devices.screen, devices.keypad, devices.scanner, devices.speaker, devices.printer]) {
    await device.close();
  }
  assert.is(closed(), 0);
  await stage.close();
  assert.is(closed(), 1);
});

test.run();
