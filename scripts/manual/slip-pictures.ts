import { paperSetting } from '../../bin/start/paper-setting.ts';
import type { Locale } from '../../domain/sentence.ts';
import type { Slip } from '../../domain/slip.ts';
import { rehearsalSlip } from '../../domain/slips/rehearsal-slip.ts';
import { encodeSlip } from '../../hal/printer/escpos/encode.ts';
import { pictureOf } from '../../hal/printer/escpos/picture.ts';
import { PROFILE_58MM } from '../../hal/printer/escpos/profile.ts';
import { SAMPLE_AT_MS, sampleSlips } from '../../test/support/sample-slips.ts';

const SHOP: Readonly<Record<Locale, string>> = { 'zh-CN': '南山茶铺', en: 'Nanshan Tea' };
const REHEARSED = [
  ['C1', { 'zh-CN': '收款成功', en: 'Payments succeed' }],
  ['C5', { 'zh-CN': '部分退款到全额退款', en: 'Refunds in parts, to the end' }],
] as const;

/** Every slip by the manual's name for it. */
export function manualSlips(locale: Locale): ReadonlyMap<string, Slip> {
  const kebab = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const slips = Object.entries(sampleSlips(locale, SHOP[locale]));
  const rehearsal = rehearsalSlip({
    locale,
    utcOffsetMinutes: 480,
    shopName: '',
    deviceId: '',
    staffId: null,
    sn: 'TILL_T1_000001',
    version: '0.1.0',
    subTerminalType: 9001,
    atMs: SAMPLE_AT_MS,
    tookMs: 94_000,
    rows: REHEARSED.map(([id, words]) => ({
      id,
      words: words[locale],
      results: (['wechat', 'alipay'] as const).map((platform) => ({ platform, state: 'passed' as const, problem: '' })),
    })),
  });
  return new Map([...slips.map(([name, slip]) => [kebab(name), slip] as const), ['rehearsal', rehearsal]]);
}

/** The paper that comes out of the printer, as SVG: the bytes of the printer's own language, drawn. */
export function slipPicture(slip: Slip): string {
  const { profile = PROFILE_58MM, rasterise = null } = paperSetting({ printer: { model: '58mm', copies: 'customer' } });
  return pictureOf(encodeSlip(slip, profile, rasterise), profile);
}
