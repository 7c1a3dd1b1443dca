import { yuanText } from '../../domain/fen.ts';
import type { Platform } from '../../domain/platform.ts';
import type { Screen } from '../../domain/screen.ts';
import type { DrawerCode } from '../../hal/profiles/web/wire.ts';
import type { Random } from '../../hal/random/contract.ts';
import { type CodeKind, makeCode } from '../../simulator/gateway/customer-codes.ts';
import type { Sandbox } from '../../simulator/gateway/sandbox.ts';
import type { Attendant } from './attended-profile.ts';

/** Which sandbox the codes of the drawer mean something to. */
export interface DemoDrawerOptions {
  readonly sandbox: Sandbox;
  readonly domains: readonly string[];
  readonly random: Random;
}

type Label = DrawerCode['label'];

/** Seconds until the customer has typed the password, or gives up. */
const CUSTOMER_TAKES_S = 8;
const ORDERS_LOOKED_AT = 50;
/** Enough for every code that a page may still show. */
const LOST_CODES_MAX = 500;
/** More queries than a payment window has. */
const QUERIES_MAX = 1_000;
/** Screens on which the cashier still waits for the result. */
const WAITING: readonly string[] = ['paying', 'password'];

const CUSTOMERS: readonly { platform: Platform; kind: CodeKind; waitS: number; label: Label }[] = [
  { platform: 'wechat', kind: 'plain', waitS: 0, label: { zh: '微信 · 付款码', en: 'WeChat · pays' } },
  { platform: 'alipay', kind: 'plain', waitS: 0, label: { zh: '支付宝 · 付款码', en: 'Alipay · pays' } },
  {
    platform: 'wechat',
    kind: 'password',
    waitS: CUSTOMER_TAKES_S,
    label: { zh: '微信 · 要输密码', en: 'WeChat · password' },
  },
  {
    platform: 'alipay',
    kind: 'password',
    waitS: CUSTOMER_TAKES_S,
    label: { zh: '支付宝 · 要输密码', en: 'Alipay · password' },
  },
  {
    platform: 'wechat',
    kind: 'insufficient',
    waitS: 0,
    label: { zh: '微信 · 余额不足', en: 'WeChat · no money' },
  },
  {
    platform: 'alipay',
    kind: 'stops',
    waitS: CUSTOMER_TAKES_S,
    label: { zh: '支付宝 · 顾客放弃', en: 'Alipay · gives up' },
  },
];

/** The network around the demo's simulated radio. */
export const DEMO_NETWORK = { ssid: 'Till-Demo', passphrase: 'demo-passphrase' };

const WIFI: DrawerCode = {
  label: { zh: 'WiFi · 入网码', en: 'WiFi · network' },
  text: `WIFI:T:WPA;S:${DEMO_NETWORK.ssid};P:${DEMO_NETWORK.passphrase};;`,
  kind: 'wifi',
};

const LOST_LABEL: Label = { zh: '微信 · 答复丢失', en: 'WeChat · answers lost' };

/**
 * What a visitor of the demo can hold in front of the scanner, fresh at every look.
 * One code stands for the worst moment of the trade: the customer is charged and no answer comes through while the
 * cashier waits; the gateway answers again as soon as the terminal has said that the result is unknown.
 */
export class DemoDrawer implements Attendant {
  readonly #options: DemoDrawerOptions;
  readonly #lostCodes = new Set<string>();
  #screen: Screen | null = null;
  /** The payment whose answers get lost, once it has a number, and the faults armed for it. */
  #lost: { order: string | null; readonly faults: number[] } | null = null;

  constructor(options: DemoDrawerOptions) {
    this.#options = options;
  }

  readonly codes = (): Promise<readonly DrawerCode[]> => {
    const { random, sandbox, domains } = this.#options;
    const customers = CUSTOMERS.map(({ platform, kind, waitS, label }) => ({
      label,
      text: makeCode(platform, kind, waitS, random),
      kind: platform,
    }));
    const configuration = {
      label: { zh: '配置 · 二维码', en: 'Setup · QR code' },
      text: `${domains[0] ?? ''}${sandbox.issueTicket().pathAndQuery}`,
      kind: 'configuration',
    };
    return Promise.resolve([...customers, this.#lostCode(), ...this.#ownOrder(), configuration, WIFI]);
  };

  readonly beforeScan = (text: string): void => {
    // On any other screen the terminal charges nothing, and the fault would strike a later customer.
    if (this.#screen?.name !== 'present-code' || !this.#lostCodes.delete(text)) return;
    this.#lost = { order: null, faults: [] };
    this.#arm({ script: 'lost-after-charging', interface: 'micro_pay', times: 1 });
  };

  readonly onScreen = (screen: Screen): void => {
    this.#screen = screen;
    if (this.#lost === null) return;
    const waits = WAITING.includes(screen.name);
    if (waits && screen.order === null) return;
    if (waits && this.#lost.order === null) {
      this.#lost.order = screen.order;
      this.#arm({ script: 'queries-lost', interface: 'query_order', order: screen.order ?? '', times: QUERIES_MAX });
    } else if (!waits || screen.order !== this.#lost.order) {
      for (const fault of this.#lost.faults) this.#options.sandbox.disarm(fault);
      this.#lost = null;
    }
  };

  #arm(request: Parameters<Sandbox['arm']>[0]): void {
    const armed = this.#options.sandbox.arm(request);
    if (typeof armed === 'string') throw new Error(armed);
    this.#lost?.faults.push(armed.id);
  }

  #lostCode(): DrawerCode {
    const text = makeCode('wechat', 'plain', 0, this.#options.random);
    this.#lostCodes.add(text);
    const [oldest] = this.#lostCodes;
    if (this.#lostCodes.size > LOST_CODES_MAX && oldest !== undefined) this.#lostCodes.delete(oldest);
    return { label: LOST_LABEL, text, kind: 'trouble' };
  }

  /** The barcode of the newest order that was paid here; none before the first sale. */
  #ownOrder(): DrawerCode[] {
    const order = this.#options.sandbox.book(ORDERS_LOOKED_AT).orders.find(({ paidMs }) => paidMs !== null);
    if (order === undefined) return [];
    const amount = `¥${yuanText(order.totalFen)}`;
    return [{ label: { zh: `本店订单 · ${amount}`, en: `Own order · ${amount}` }, text: order.number, kind: 'order' }];
  }
}
