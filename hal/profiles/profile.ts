import type { Keypad } from '../keypad/contract.ts';
import type { Printer } from '../printer/contract.ts';
import type { Scanner } from '../scanner/contract.ts';
import type { ScreenDevice } from '../screen/contract.ts';
import type { Speaker } from '../speaker/contract.ts';
import type { Watchdog } from '../watchdog/contract.ts';
import type { Wifi } from '../wifi/contract.ts';

/** The devices of one terminal. */
export interface DeviceSet {
  readonly screen: ScreenDevice;
  readonly keypad: Keypad;
  readonly scanner: Scanner;
  readonly speaker: Speaker;
  readonly printer: Printer;
  readonly wifi: Wifi;
  /** Where the box has one. */
  readonly watchdog?: Watchdog;
  /** Closes every device, and writes out what is still on its way. Idempotent. */
  close(): Promise<void>;
}

/** What the terminal is when it can take its first key. */
export interface ReadyFacts {
  readonly version: string;
  readonly configured: boolean;
  /** Milliseconds since the process started. */
  readonly uptimeMs: number;
}

/** A look inside the terminal, for support. Secrets are masked by whoever answers. */
export interface DumpFacts {
  /** Actor id → machine, state value, context. */
  readonly actors: Readonly<Record<string, unknown>>;
  /** The last 50 journal entries. */
  readonly journal: readonly unknown[];
  /** out_trade_no of payments that are still unresolved. */
  readonly openOrders: readonly string[];
  /** out_refund_no of refunds that are not at their end. */
  readonly openRefunds: readonly string[];
}

/** A set of devices, and the few things that its user and the terminal say to each other besides. */
export interface Profile {
  readonly devices: DeviceSet;
  /** Called once, as soon as the terminal can take a key. */
  announceReady(facts: ReadyFacts): void;
  /** Registers who answers a request for a dump. */
  onDump(answer: () => DumpFacts | Promise<DumpFacts>): void;
  /** Registers who stops the terminal in order when its user asks for it; called at most once, also for an earlier request. */
  onStop(listener: () => void): void;
}
