import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fen } from '../../domain/fen.ts';
import type { Platform } from '../../domain/platform.ts';
import type { Sentence } from '../../domain/sentence.ts';
import { voiceFor } from '../../domain/voice/voice.ts';
import { pictureOf } from '../../hal/printer/escpos/picture.ts';
import { PROFILE_58MM } from '../../hal/printer/escpos/profile.ts';
import { SystemRandom } from '../../hal/random/system-random.ts';
import { openClipPack } from '../../hal/speaker/clip-pack.ts';
import type { TrueOrder } from '../../simulator/gateway/book.ts';
import { type CodeKind, makeCode } from '../../simulator/gateway/customer-codes.ts';
import { readBarcodes } from '../../test/support/read-picture.ts';
import {
  type Day,
  gatewayInGuest,
  gone,
  NETWORK,
  picture,
  plug,
  press,
  printed,
  readAlong,
  recorded,
  scan,
  seen,
  startAccessPoint,
  startMicrophone,
  terminalLog,
  unplug,
  until,
} from './day.ts';
import { keystrokes } from './hid-keys.ts';
import { hear } from './voice.ts';

/** The key that has the last result said again, on a keyboard. */
const REPLAY = 'p';
/** Of the pieces of a sentence; a machine that is too slow for its sound card leaves holes. */
const HEARD_MIN = 0.9;
/** The gateway thinks so long that its answer never reaches the box whose power fails. */
const SLOW_ANSWER_MS = 5_000;
const PRESENT_CODE = '请出示付款码';
/** The customer types the password when the lab says so. */
const NO_HURRY_S = 999;

/** A payment of the lab: told by its amount, which is used once. */
export interface Sale {
  readonly platform: Platform;
  readonly fen: Fen;
}

/** The first payment of a new box. */
export const MORNING: Sale = { platform: 'wechat', fen: 2005 };

/** Its customer waits while scanner and printer are pulled out; both come back. */
export const UNPLUGGED: Sale = { platform: 'alipay', fen: 660 };

/** Paid with a password, while loudspeaker and access point are gone. */
export const SILENT: Sale = { platform: 'wechat', fen: 1560 };

/** Its result is still on the way when the power goes. */
export const CUT: Sale = { platform: 'wechat', fen: 880 };

/** Paid after the power cut, to show that the box sells again. */
export const EVENING: Sale = { platform: 'alipay', fen: 1230 };

const yuan = ({ fen }: Sale): string => (fen / 100).toFixed(2);
const freshCode = ({ platform }: Sale, kind: CodeKind = 'plain'): string =>
  makeCode(platform, kind, kind === 'password' ? NO_HURRY_S : 0, new SystemRandom());
const speech = voiceFor('zh-CN');

/** The gateway's order of a sale, once it is charged. */
function charged({ gateway }: Day, { fen }: Sale): TrueOrder | undefined {
  return gateway.sandbox.book().orders.find(({ totalFen, charges }) => totalFen === fen && charges > 0);
}

/** A box out of its carton: joins the WiFi by scan, is configured by scan, takes a payment, prints and speaks. */
export async function firstHours(day: Day): Promise<void> {
  const { gateway } = day;
  await seen(day, '终端未配置');
  await picture(day, 'unconfigured');
  await scan(day, `WIFI:T:WPA;S:${NETWORK.name};P:${NETWORK.passphrase};;`, '无线网络已连接');
  await picture(day, 'wifi-joined');
  day.say(`joined by scan: ${await wifiStatus(day)}`);
  // While a result is shown, no scan is taken: it is left as a cashier leaves it.
  await press(day, '\n');
  await seen(day, '终端未配置');
  const ticket = gateway.sandbox.issueTicket({}).pathAndQuery;
  await scan(day, `${gatewayInGuest(gateway)}${ticket}`, '配置成功');
  await picture(day, 'configured');
  day.say('configured by scan');
  await heard(day, speech.configured());
  await press(day, '\n');
  await seen(day, '请输入金额');
  await press(day, `${yuan(MORNING)}\n`);
  await seen(day, PRESENT_CODE);
  await picture(day, 'present-code');
  const overheard = await readAlong(day);
  await scan(day, freshCode(MORNING), '微信支付收款成功');
  const bytes = await overheard();
  if (bytes > 0) throw new Error(`another program read ${bytes} bytes of the customer's code`);
  day.say('another program that read the scanner meanwhile got nothing');
  await picture(day, 'paid');
  await paidPrintedAndSpoken(day, MORNING, { from: 0, slip: 'slip' });
}

/** Printer and scanner are pulled out while a customer is asked for the code, and come back. */
export async function unpluggedInPayment(day: Day): Promise<void> {
  const from = printed(day).length;
  await backToIdle(day);
  await press(day, `${yuan(UNPLUGGED)}\n`);
  await seen(day, PRESENT_CODE);
  await unplug(day, 'scanner');
  await seen(day, '扫码器未连接');
  await unplug(day, 'printer');
  await seen(day, '打印机未连接');
  await picture(day, 'unplugged');
  day.say('scanner and printer were unplugged in the payment; the display says so');
  await plug(day, 'scanner');
  await gone(day, '扫码器未连接');
  await scan(day, freshCode(UNPLUGGED), '支付宝收款成功');
  await picture(day, 'paid-without-printer');
  day.say('the scanner is back and took the code; paid without a printer');
  await plug(day, 'printer');
  await paidPrintedAndSpoken(day, UNPLUGGED, { from, slip: 'slip-after-replug' });
}

/** The loudspeaker is gone for a payment, and the access point while the customer types the password; both come back. */
export async function withoutSoundAndAir(day: Day): Promise<void> {
  const { machine, gateway } = day;
  const from = printed(day).length;
  await backToIdle(day);
  await machine.shell.run('killall arecord; until modprobe -r snd_aloop; do usleep 300000; done');
  await press(day, `${yuan(SILENT)}\n`);
  await seen(day, PRESENT_CODE);
  await scan(day, freshCode(SILENT, 'password'), '等待用户输入密码中');
  await seen(day, '喇叭不可用');
  await machine.shell.run('killall hostapd');
  await until('the end of the WiFi', async () => !(await wifiStatus(day)).includes('COMPLETED'));
  await picture(day, 'without-sound-and-air');
  const order = gateway.sandbox.book().orders.find(({ totalFen }) => totalFen === SILENT.fen);
  if (order === undefined || !gateway.sandbox.payOrder(order.number)) throw new Error('no order waits for a password');
  day.say('no sound, no WiFi, and the customer has typed the password: the display still says that it waits');
  await startAccessPoint(day);
  await seen(day, '微信支付收款成功');
  await picture(day, 'air-again');
  day.say(`the access point is back: ${await wifiStatus(day)}`);
  await slipOf(day, order, { from, slip: 'slip-without-sound' });
  await machine.shell.run('modprobe snd-aloop');
  await startMicrophone(day);
  await press(day, REPLAY);
  await heard(day, speech.paid(SILENT.platform, SILENT.fen));
  await gone(day, '喇叭不可用');
}

/** The power fails between the gateway's charge and its answer. @returns the order that the box cannot know to be paid */
export async function powerCutInPayment(day: Day): Promise<TrueOrder> {
  const { sandbox } = day.gateway;
  await backToIdle(day);
  await press(day, `${yuan(CUT)}\n`);
  await seen(day, PRESENT_CODE);
  sandbox.change({ latency: { kind: 'fixed', ms: SLOW_ANSWER_MS } });
  const lost = (): number => terminalLog(day).split('a scan was discarded').length;
  for (let attempt = 1; attempt <= 3 && charged(day, CUT) === undefined; attempt += 1) {
    const before = lost();
    await day.machine.shell.run(`type-keys /dev/hidg0 ${keystrokes(`${freshCode(CUT)}\n`)}`);
    await until('the charge', () => charged(day, CUT) !== undefined || lost() > before);
  }
  await day.machine.cut();
  sandbox.change({ latency: { kind: 'fixed', ms: 0 } });
  const order = charged(day, CUT);
  if (order === undefined) throw new Error('the payment never reached the gateway');
  day.say(`the power failed: ${order.number} is charged, its answer was not sent yet`);
  return order;
}

/** After the power is back: the terminal finds out by itself what became of the order, says and prints it; then the shop goes on. */
export async function afterThePowerCut(day: Day, order: TrueOrder): Promise<void> {
  await until('the WiFi', async () => (await wifiStatus(day)).includes('COMPLETED'));
  day.say(`joined again by itself: ${await wifiStatus(day)}`);
  await heard(day, speech.paid(CUT.platform, CUT.fen, 'after-power-cut', order.paidMs));
  await picture(day, 'after-the-power-cut');
  await slipOf(day, order, { from: 0, slip: 'slip-after-the-power-cut' });
  const from = printed(day).length;
  await press(day, `${yuan(EVENING)}\n`);
  await seen(day, PRESENT_CODE);
  await scan(day, freshCode(EVENING), '支付宝收款成功');
  await paidPrintedAndSpoken(day, EVENING, { from, slip: 'slip-of-the-evening' });
}

interface Paper {
  /** Bytes that were printed before. */
  readonly from: number;
  /** The slip's file, without its end. */
  readonly slip: string;
}

async function paidPrintedAndSpoken(day: Day, sale: Sale, paper: Paper): Promise<void> {
  const order = charged(day, sale);
  if (order === undefined) throw new Error(`the gateway knows no payment of ${yuan(sale)}`);
  day.say(`paid ${yuan(sale)}: ${order.number}, charged ${order.charges} time`);
  await slipOf(day, order, paper);
  await heard(day, speech.paid(sale.platform, sale.fen));
}

/** The printer's bytes as a picture, on which a barcode reader that is not ours must find the order. */
async function slipOf(day: Day, { number }: TrueOrder, { from, slip }: Paper): Promise<void> {
  let length = -1;
  let svg = '';
  await until(`the slip of ${number}`, async () => {
    const bytes = printed(day).subarray(from);
    const isWhole = bytes.length === length;
    length = bytes.length;
    if (!isWhole) return false;
    svg = pictureOf(bytes, PROFILE_58MM);
    return (await readBarcodes(svg)).some((code) => code.endsWith(number));
  });
  const path = join(day.out, slip);
  writeFileSync(`${path}.svg`, svg);
  execFileSync('rsvg-convert', ['-b', 'white', '-o', `${path}.png`, `${path}.svg`]);
  day.say(`printed ${length} bytes on ${slip}.png; its barcode reads ${number}`);
}

/** The sentence came out of the sound card, as it is in the clips. */
async function heard(day: Day, sentence: Sentence): Promise<void> {
  const pack = openClipPack('assets/clips/zh-CN', 'zh-CN');
  let last = '';
  await until(`"${sentence.text}" on the sound card`, () => {
    const { pieces, found } = hear(recorded(day), sentence, pack);
    last = `${found} of ${pieces} pieces of 20 ms are those of the clips to the bit`;
    return found >= HEARD_MIN * pieces;
  }).catch((error: unknown) => {
    throw new Error(last, { cause: error });
  });
  day.say(`spoke "${sentence.text}": ${last}`);
}

async function backToIdle(day: Day): Promise<void> {
  await press(day, '\u001b');
  await seen(day, '请输入金额');
}

async function wifiStatus({ machine }: Day): Promise<string> {
  const status = 'wpa_cli -i wlan0 status | grep -E "^(wpa_state|ssid|key_mgmt|ip_address)="; true';
  return (await machine.shell.run(status)).replaceAll('\n', ' ');
}
