import type { Fen } from '../../domain/fen.ts';
import type { Platform } from '../../domain/platform.ts';
import type { ArmedFault } from './fault-desk.ts';
import type { HostCondition, InterfaceName } from './fault-script.ts';
import type { OrderPhase } from './order.ts';
import type { SandboxSettings } from './settings.ts';

/** An order as it truly is, whatever any answer said. Times in epoch ms; no customer code, no key. */
export interface TrueOrder {
  readonly number: string;
  readonly outSubMchId: string;
  readonly outShopId: string;
  readonly platform: Platform;
  readonly totalFen: Fen;
  readonly phase: OrderPhase;
  /** How often the customer was charged. Never above 1. */
  readonly charges: number;
  readonly refundedFen: Fen;
  readonly codeMasked: string;
  readonly deviceId: string | null;
  readonly staffId: string | null;
  readonly createdMs: number;
  readonly paidMs: number | null;
  readonly hiddenUntilMs: number;
  readonly script: string | null;
}

/** A refund as it truly is; `state` by the wallet's numbers (§4.3), instants are epoch ms. */
export interface TrueRefund {
  readonly number: string;
  readonly order: string;
  readonly outSubMchId: string;
  readonly platform: Platform;
  readonly refundFen: Fen;
  readonly state: number;
  readonly createdMs: number;
}

/** One request as it came in. */
export interface LoggedRequest {
  readonly atMs: number;
  readonly host: number;
  readonly interface: string;
  readonly number: string | null;
  readonly status: number | null;
  readonly internalStatus: number | null;
  readonly strike: string | null;
}

/**
 * One of the four domains: its condition, until when (epoch ms; null: until it is changed), and the requests that came
 * in.
 */
export interface TrueHost {
  readonly index: number;
  readonly condition: HostCondition;
  readonly untilMs: number | null;
  readonly requests: number;
}

/** Sums over the whole book; money in fen. */
export interface Totals {
  readonly orders: number;
  readonly chargedFen: Fen;
  readonly refundedFen: Fen;
  /** Orders charged more than once. Must be 0. */
  readonly chargedTwice: number;
}

/** The ground truth, as plain data. */
export interface Book {
  readonly nowMs: number;
  /** Over the whole book, whatever the limit. */
  readonly totals: Totals;
  readonly orders: readonly TrueOrder[];
  readonly refunds: readonly TrueRefund[];
  /** Requests per order or refund number and interface. */
  readonly requests: Readonly<Record<string, Readonly<Partial<Record<InterfaceName, number>>>>>;
  /** Requests per interface, in all. */
  readonly calls: Readonly<Partial<Record<InterfaceName, number>>>;
  /** The values of `sub_terminal_type` seen in the OrderClients of an interface's requests; null: an OrderClient without one. */
  readonly subTerminalTypes: Readonly<Partial<Record<InterfaceName, readonly (number | null)[]>>>;
  /** Calls that no terminal may make. */
  readonly traps: { readonly reverse: number };
  readonly faults: readonly ArmedFault[];
  readonly hosts: readonly TrueHost[];
  readonly settings: SandboxSettings;
  /** The newest requests, newest first. */
  readonly log: readonly LoggedRequest[];
}
