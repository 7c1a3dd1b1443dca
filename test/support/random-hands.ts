import type { Key, Screen } from '../../domain/screen.ts';
import { KEYS } from '../../domain/screen.ts';
import type { SeededRandom } from '../../hal/random/seeded-random.ts';
import { makeCode, type CodeKind } from '../../simulator/gateway/customer-codes.ts';
import type { Sandbox } from '../../simulator/gateway/sandbox.ts';
import type { Truth } from '../../simulator/world/truth.ts';

interface Hands {
  press(...keys: readonly Key[]): void;
  scan(text: string): void;
}

const KINDS: readonly CodeKind[] = [
  'plain',
  'plain',
  'plain',
  'plain',
  'plain',
  'password',
  'insufficient',
  'stops',
  'never',
];
const AMOUNTS = ['0.02', '6', '6', '8.88', '12.5', '20.05', '1888', '88.1', '0.001', '99999'];
const FLOW_KEYS: readonly Key[] = ['menu', 'refund', 'query'];
const BROWSE_KEYS: readonly Key[] = ['up', 'down', 'enter', 'reprint', '1', '2', '3'];
const PIN = '482913';
/** Wallets renew a code every minute; an older one is nobody's. */
const CODE_SHOWN_MAX_MS = 50_000;

/** The networks in reach of every session. */
export const NETWORKS_IN_REACH = [
  { ssid: 'shop', passphrase: 'correct horse' },
  { ssid: 'guests', passphrase: '' },
];
const WIFI_QRS = [
  'WIFI:T:WPA;S:shop;P:correct horse;;',
  'WIFI:T:WPA;S:shop;P:wrong horse;;',
  'WIFI:T:nopass;S:guests;;',
  'WIFI:T:SAE;S:elsewhere;P:12345678;;',
  'WIFI:S:;;',
];

/**
 * A cashier without a plan: mostly does what the screen asks for, so that every screen is met, and otherwise presses any key and shows the
 * scanner anything.
 */
export class RandomHands {
  readonly #random: SeededRandom;
  readonly #sandbox: Sandbox;
  readonly #truth: Truth;
  readonly #domains: readonly string[];
  #lastCode = { text: '', shownAtMs: 0 };

  constructor(parts: {
    readonly random: SeededRandom;
    readonly sandbox: Sandbox;
    readonly truth: Truth;
    readonly domains: readonly string[];
  }) {
    this.#random = parts.random;
    this.#sandbox = parts.sandbox;
    this.#truth = parts.truth;
    this.#domains = parts.domains;
  }

  /** One act; gives it in words. */
  act(screen: Screen, hands: Hands): string {
    const draw = this.#random.fraction();
    if (draw < 0.76) return this.#sensibly(screen, hands);
    if (draw < 0.88) return this.#press(hands, this.#pick(KEYS));
    return this.#scan(hands, this.#anything());
  }

  /** What this screen asks for. */
  #sensibly(screen: Screen, hands: Hands): string {
    switch (screen.name) {
      case 'unconfigured':
      case 'config-failed':
        return this.#scan(hands, this.#configuration());
      case 'idle':
        return this.#beginSomething(hands);
      case 'amount':
        return this.#press(hands, 'enter');
      case 'confirm':
        return this.#press(hands, this.#pick(['enter', 'cancel', 'query'] as const));
      case 'present-code':
        return this.#scan(hands, this.#newCode());
      case 'paid':
      case 'failed':
      case 'unknown':
        return this.#chance(0.5)
          ? this.#type(hands)
          : this.#press(hands, this.#pick([...FLOW_KEYS, 'cancel'] as const));
      default:
        return this.#inFlow(screen, hands);
    }
  }

  #inFlow(screen: Screen, hands: Hands): string {
    switch (screen.name) {
      case 'query-scan':
      case 'refund-scan':
        return this.#enterNumber(hands);
      case 'refund-amount':
        return this.#press(hands, ...(this.#chance(0.6) ? (['0', '.', '0', '1'] as const) : []), 'enter');
      case 'refund-pin':
        return this.#press(hands, ...((this.#chance(0.8) ? PIN : '0000').split('') as Key[]), 'enter');
      case 'menu':
        return this.#press(hands, String(this.#upTo(10)) as Key);
      case 'staff':
        return this.#press(hands, ...(this.#pick(['1001', '1002', '4711']).split('') as Key[]), 'enter');
      case 'unbind':
        return this.#press(hands, this.#chance(0.3) ? 'enter' : 'cancel');
      default:
        return this.#press(hands, this.#pick(BROWSE_KEYS));
    }
  }

  #beginSomething(hands: Hands): string {
    const draw = this.#random.fraction();
    if (draw < 0.45) return this.#type(hands);
    if (draw < 0.8) return this.#press(hands, this.#pick(FLOW_KEYS));
    if (draw < 0.9) return this.#scan(hands, this.#someNumber());
    return this.#scan(hands, this.#chance(0.5) ? this.#pick(WIFI_QRS) : this.#configuration());
  }

  #type(hands: Hands): string {
    return this.#press(hands, ...(this.#pick(AMOUNTS).split('') as Key[]), 'enter');
  }

  #enterNumber(hands: Hands): string {
    const number = this.#someNumber();
    return this.#chance(0.5) ? this.#scan(hands, number) : this.#press(hands, ...(number.split('') as Key[]), 'enter');
  }

  /** One of this shop's orders or refunds; now and then a spoilt one. */
  #someNumber(): string {
    const known = [...this.#truth.orders.keys(), ...this.#sandbox.save().refunds.map(({ number }) => number)];
    const number = known[this.#upTo(known.length)] ?? '010099990001000000000012';
    return this.#chance(0.15) ? `${number.slice(0, -1)}${(Number(number.at(-1)) + 1) % 10}` : number;
  }

  #anything(): string {
    switch (this.#upTo(9)) {
      case 0:
        return this.#newCode();
      case 1:
        return this.#sandbox.nowMs() - this.#lastCode.shownAtMs < CODE_SHOWN_MAX_MS ? this.#lastCode.text : '';
      case 2:
      case 3:
        return this.#someNumber();
      case 4:
        return this.#configuration();
      case 5:
        return this.#pick(WIFI_QRS);
      case 6:
        return this.#pick([
          '1002',
          'A-17',
          'https://example.com/',
          '不是付款码',
          '',
          '\u0000\u0007',
          '62'.padEnd(19, '1'),
        ]);
      case 7:
        return '9'.repeat(1 + this.#upTo(5000));
      default:
        return Buffer.from(this.#random.bytes(1 + this.#upTo(40))).toString('latin1');
    }
  }

  #configuration(): string {
    const expired = this.#chance(0.2);
    const { pathAndQuery } = this.#sandbox.issueTicket({ expired });
    const domain = this.#chance(0.1) ? 'https://evil.example' : this.#pick(this.#domains);
    return `${domain}${pathAndQuery}`;
  }

  #newCode(): string {
    const kind = this.#pick(KINDS);
    const waitS = kind === 'plain' ? 0 : this.#upTo(100);
    const code = makeCode(this.#chance(0.5) ? 'wechat' : 'alipay', kind, waitS, this.#random);
    this.#lastCode = { text: code, shownAtMs: this.#sandbox.nowMs() };
    return code;
  }

  #press(hands: Hands, ...keys: readonly Key[]): string {
    hands.press(...keys);
    return keys.join(' ');
  }

  #scan(hands: Hands, text: string): string {
    hands.scan(text);
    return `scan ${JSON.stringify(text.slice(0, 60))}`;
  }

  #pick<Item>(items: readonly Item[]): Item {
    const item = items[this.#upTo(items.length)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  }

  #upTo(limit: number): number {
    return Math.floor(this.#random.fraction() * limit);
  }

  #chance(probability: number): boolean {
    return this.#random.fraction() < probability;
  }
}
