import type { Clock } from '../../hal/clock/contract.ts';
import type { Random } from '../../hal/random/contract.ts';
import type { SandboxAnswer } from './answer.ts';
import type { Desk } from './desk.ts';
import { createExchange, type SandboxRequest } from './exchange.ts';
import { createFaultDesk, type ArmedFault, type ArmRequest } from './fault-desk.ts';
import type { HostCondition } from './fault-script.ts';
import type { Book } from './book.ts';
import { groundTruth } from './ground-truth.ts';
import { createHosts, type Hosts } from './hosts.ts';
import { demoMerchants, type Merchant } from './merchant.ts';
import { settle, type Order } from './order.ts';
import { createOrderBook, type OrderBook, type SavedBook } from './order-book.ts';
import { DEFAULT_SETTINGS, type SandboxSettings } from './settings.ts';
import { createTicketOffice, type TicketRequest } from './ticket-office.ts';
import { createTraffic } from './traffic.ts';

/** What a sandbox takes time and chance from, and what it begins with. */
export interface SandboxOptions {
  /** The only source of time: every state is computed from it at each request. */
  readonly clock: Clock;
  readonly random: Random;
  /** Default: `demoMerchants()`. */
  readonly merchants?: readonly Merchant[];
  readonly settings?: Partial<SandboxSettings>;
  /** A book from an earlier life. */
  readonly saved?: SavedBook;
}

/** The Cloud Pay sandbox without a network: a pure function of requests, clock and randomness. */
export interface Sandbox {
  handle(request: SandboxRequest): SandboxAnswer;
  /** @param limit how many orders, refunds; default all */
  book(limit?: number): Book;
  /** @returns the armed fault, or in words what was wrong */
  arm(request: ArmRequest): ArmedFault | string;
  disarm(id?: number): number;
  settings(): SandboxSettings;
  change(settings: Partial<SandboxSettings>): void;
  readonly hosts: Hosts;
  setHost(index: number, condition: HostCondition, forMs?: number): void;
  hostCondition(index: number): HostCondition;
  /** A fresh configuration QR: path and query to put behind a domain. @throws RangeError for an unknown shop, device or clerk */
  issueTicket(request?: TicketRequest): { readonly pathAndQuery: string; readonly expiresMs: number };
  /** Binds a device as its configuration would. */
  bind(outShopId: string, deviceId: string, sn: string): void;
  /** The customer types the password now, or gives up. False when no such order is waiting. */
  payOrder(number: string): boolean;
  stopOrder(number: string): boolean;
  /** The gateway's clock, epoch ms. */
  nowMs(): number;
  save(): SavedBook;
  /** Counts up with everything that could change the book. */
  revision(): number;
}

/** Opens the sandbox. Nothing in it runs by itself. */
export function createSandbox(options: SandboxOptions): Sandbox {
  const { clock, random } = options;
  const wallStartMs = clock.wallMs() - clock.monotonicMs();
  // A terminal's wall clock may be made to jump; the gateway's does not.
  const nowMs = (): number => Math.floor(wallStartMs + clock.monotonicMs());
  const merchants = options.merchants ?? demoMerchants();
  const book = createOrderBook(nowMs, options.saved);
  const faults = createFaultDesk();
  const hosts = createHosts(nowMs);
  const traffic = createTraffic();
  const office = createTicketOffice(merchants);
  let settings: SandboxSettings = { ...DEFAULT_SETTINGS, ...options.settings };
  let revision = 0;
  bindFromTheStart(book, merchants);
  const hex = (count: number): string => Buffer.from(random.bytes(count)).toString('hex');
  const desk = (): Desk => ({
    book,
    merchants,
    settings,
    nowMs: nowMs(),
    nonce: () => hex(16),
  });

  const exchange = createExchange({ merchants, random, faults, hosts, traffic, office, desk });

  // A waiting order gets a new life that ends now.
  const decide = (number: string, kind: 'pays' | 'stops'): boolean => {
    const order = merchants.map((one) => book.find(one.outSubMchId, number)).find((one) => one?.end === null);
    if (order === undefined) return false;
    revision += 1;
    endNow(order, kind, nowMs());
    return true;
  };

  return {
    handle(request) {
      revision += 1;
      return exchange(request);
    },
    book: (limit) => groundTruth(desk(), traffic.counts(), faults, hosts, limit),
    arm: (request) => faults.arm(request),
    disarm: (id) => faults.disarm(id),
    settings: () => settings,
    change: (changes) => void (settings = { ...settings, ...changes }),
    hosts,
    setHost: (index, condition, forMs) => hosts.set(index, condition, forMs ?? null),
    hostCondition: (index) => hosts.condition(index),
    issueTicket: (request = {}) => {
      const ticket = office.issue(request, hex(10), nowMs());
      if (request.release === true) book.unbind(ticket.outShopId, ticket.deviceId);
      revision += 1;
      return {
        pathAndQuery: `/cpay/use_device_setting?osi=${ticket.outShopId}&si=${ticket.si}`,
        expiresMs: ticket.expiresMs,
      };
    },
    bind(outShopId, deviceId, sn) {
      revision += 1;
      book.bind(outShopId, deviceId, sn);
    },
    payOrder: (number) => decide(number, 'pays'),
    stopOrder: (number) => decide(number, 'stops'),
    nowMs,
    save: () => book.save(),
    revision: () => revision,
  };
}

function bindFromTheStart(book: OrderBook, merchants: readonly Merchant[]): void {
  for (const shop of merchants.flatMap((merchant) => merchant.shops)) {
    for (const device of shop.devices) {
      const known = book.boundSn(shop.outShopId, device.deviceId) !== undefined;
      if (device.boundSn !== undefined && !known) book.bind(shop.outShopId, device.deviceId, device.boundSn);
    }
  }
}

function endNow(order: Order, kind: 'pays' | 'stops', nowMs: number): void {
  const afterMs = nowMs - order.createdMs;
  order.life = kind === 'pays' ? { kind, afterMs, meanwhile: 'waiting' } : { kind, afterMs };
  settle(order, nowMs);
}
