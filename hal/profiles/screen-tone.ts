import type { Screen, ScreenName } from '../../domain/screen.ts';

/** What a screen asks of the cashier's attention; drivers turn it into a colour. */
export type Tone = 'calm' | 'ask' | 'busy' | 'good' | 'bad' | 'careful';

const TONES: Partial<Record<ScreenName, Tone>> = {
  unconfigured: 'careful',
  configuring: 'busy',
  configured: 'good',
  'config-failed': 'bad',
  'present-code': 'ask',
  'refund-scan': 'ask',
  paying: 'busy',
  password: 'busy',
  paid: 'good',
  failed: 'bad',
  unknown: 'careful',
  refused: 'careful',
  confirm: 'careful',
  'order-not-found': 'careful',
  refunding: 'busy',
  'refund-accepted': 'good',
  'refund-failed': 'bad',
  'refund-unknown': 'careful',
  'wifi-joining': 'busy',
  'wifi-joined': 'good',
  'wifi-failed': 'bad',
  unbind: 'careful',
  support: 'careful',
  upgrade: 'busy',
};

/** The tone of a screen; calm where nothing is wanted of anybody. */
export function toneOf(name: ScreenName): Tone {
  return TONES[name] ?? 'calm';
}

const AMOUNT_LINE = /^\s*[¥￥]?\s*\d{1,8}(?:\.\d{0,2})?\s*(?:元|CNY|yuan)?\s*$/i;

/** The line that is the amount and nothing else, which drivers set in large type; -1 when there is none. */
export function amountLine(screen: Pick<Screen, 'lines'>): number {
  return screen.lines.findIndex((line, index) => AMOUNT_LINE.test(line) && (index > 0 || /[¥￥元.]/.test(line)));
}
