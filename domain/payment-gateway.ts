import type { DeviceConfiguration } from './device-configuration.ts';
import type { Fen } from './fen.ts';
import type { Platform } from './platform.ts';
import type { Secret } from './secret.ts';

/** One of the gateway's base URLs, e.g. `https://sz.pay.qcloud.com`. */
export type Domain = string;

/** One attempt on one domain: choosing and switching domains is the caller's business (machines/domain-failover). */
export interface GatewayCall {
  readonly domain: Domain;
  readonly signal: AbortSignal;
}

/** What every attempt leaves behind for support, statistics and the log upload. Holds no secret. */
export interface CallTrace {
  readonly domain: Domain;
  /** The trade's name of the interface, e.g. `micro_pay`. */
  readonly operation: string;
  /** As text: values above 2^31 occur. */
  readonly logId: string | null;
  readonly status: number | null;
  readonly internalStatus: number | null;
  readonly description: string;
  /** Milliseconds until the connection stood (0 when it was reused), and from the first request byte to the last answer byte. */
  readonly connectMs: number;
  readonly requestMs: number;
}

/** No byte of the request was handed to a connected socket (name look-up, TCP or TLS failed): another domain may be tried. */
export interface NotSent {
  readonly kind: 'not-sent';
  /** In words for the log and the support code, e.g. `connect ECONNREFUSED` or `certificate has expired`. */
  readonly reason: string;
  readonly trace: CallTrace;
}

/** Anything that proves nothing: time-out, broken or unauthenticated answer, status 3 or 103, another order's answer. */
export interface Unknown {
  readonly kind: 'unknown';
  readonly reason: string;
  /** The least wait before the next request on this order (3,000 ms after status 103, §3.2), else 0. */
  readonly waitMs: number;
  readonly trace: CallTrace;
}

/** A signed "no such order" (internal status 400) or, for refunds, "no such refund" (426). */
export interface NotFound {
  readonly kind: 'not-found';
  readonly trace: CallTrace;
}

/** A verified final refusal (status 102 or 104 whose code verifies). */
export interface Refused {
  readonly kind: 'refused';
  /** `number-taken`: status 102 or internal status 407, the number belongs to an earlier order, which must not be touched (§3.4). */
  readonly reason: 'number-taken' | 'rejected';
  /** The gateway's own words, for the cashier. */
  readonly description: string;
  readonly trace: CallTrace;
}

/**
 * What a verified answer says of an order.
 * `finished` is paid and no longer refundable; `refunded` was paid and has been given back at least in part (§4.1, §4.2, §8.3).
 */
export type OrderState = 'processing' | 'waiting-for-customer' | 'paid' | 'refunded' | 'finished' | 'closed';

/** Evidence that decides between the two numberings of the Alipay states (§4.2). */
export interface OrderEvidence {
  /** Our own journal says that this order was paid. */
  readonly recordedPaid: boolean;
  /** An earlier verified answer on this order carried Alipay state 3, which only the numbering until 2018 has. */
  readonly sawOldNumbering: boolean;
  /** The order is older than its life at the gateway (120 s), so that it can no longer be waiting. */
  readonly lifeOver: boolean;
}

/** Nothing is known beside the answer itself; an answer that needs more to be decided stays unknown. */
export const NO_EVIDENCE: OrderEvidence = { recordedPaid: false, sawOldNumbering: false, lifeOver: false };

/** Verified facts of one order. */
export interface OrderFacts {
  readonly kind: 'order';
  readonly order: string;
  readonly platform: Platform;
  readonly amountFen: Fen;
  readonly state: OrderState;
  /** The gateway's own state number, kept for support and as evidence. */
  readonly gatewayState: number;
  /** The numbering until 2018 showed itself in this answer. */
  readonly oldNumbering: boolean;
  readonly transactionId: string | null;
  /** Epoch milliseconds. */
  readonly createdAtMs: number | null;
  readonly paidAtMs: number | null;
  /** Only client_order_detail and the lists know it; null elsewhere. */
  readonly refundedFen: Fen | null;
  readonly trace: CallTrace;
}

/** What a verified answer says of a refund. `processing`: accepted, and the money is not back yet (§7.6, §7.7). */
export type RefundState = 'processing' | 'refunded' | 'failed' | 'manual';

/** Verified facts of one refund. `manual`: the money went back to the merchant, a person must hand it over (state 5). */
export interface RefundFacts {
  readonly kind: 'refund';
  readonly refund: string;
  readonly order: string;
  readonly refundFen: Fen;
  readonly orderFen: Fen;
  readonly state: RefundState;
  readonly gatewayState: number;
  readonly platform: Platform;
  readonly trace: CallTrace;
}

/** A new sale, before it is made into bytes. */
export interface PayRequest {
  readonly order: string;
  readonly amountFen: Fen;
  readonly platform: Platform;
  readonly customerCode: Secret;
  readonly staffId: string | null;
  readonly configuration: DeviceConfiguration;
}

/** A pay request as the exact bytes that go out, so that a repeat is byte-identical (M2). Lives in memory only. */
export interface PreparedPayment {
  readonly order: string;
  readonly amountFen: Fen;
  readonly platform: Platform;
  readonly configuration: DeviceConfiguration;
  readonly body: Secret;
}

/** A question for one order (query_order, §7.5). */
export interface OrderQuery {
  /** `out_trade_no`. */
  readonly order: string;
  /** Left out for a scanned slip, whose platform is not known. */
  readonly platform: Platform | null;
  /** When known, an answer with another amount proves nothing. */
  readonly amountFen: Fen | null;
  /** What is known from elsewhere, for the answers whose meaning depends on it (§4.2). */
  readonly evidence: OrderEvidence;
  readonly staffId: string | null;
  readonly configuration: DeviceConfiguration;
}

/** A question for how much of an order was refunded: client_order_detail knows it of both wallets (§7.8). */
export interface OrderDetailQuery extends OrderQuery {
  /** From query_order: the window in which client_order_detail is searched (§7.8). */
  readonly createdAtMs: number;
}

/** A refund to submit (§7.6); an unknown result may only be repeated under the same number. */
export interface RefundRequest {
  /** `out_trade_no`. */
  readonly order: string;
  /** `out_refund_no`. */
  readonly refund: string;
  readonly orderFen: Fen;
  readonly refundFen: Fen;
  readonly platform: Platform;
  readonly staffId: string | null;
  readonly configuration: DeviceConfiguration;
}

/** A question for one refund of an order, or for all of them (query_refund_order, §7.7). */
export interface RefundQuery {
  /** `out_trade_no`. */
  readonly order: string;
  /** null asks for all refunds of the order. */
  readonly refund: string | null;
  readonly platform: Platform | null;
  readonly staffId: string | null;
  readonly configuration: DeviceConfiguration;
}

/** Inclusive span in epoch milliseconds. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** One row of the gateway's list (query_order_list). */
export interface ListedOrder {
  readonly order: string;
  readonly refund: string | null;
  readonly platform: Platform | null;
  readonly amountFen: Fen;
  readonly refundedFen: Fen;
  readonly state: OrderState | RefundState;
  readonly createdAtMs: number;
  readonly staffId: string | null;
  readonly deviceId: string | null;
}

/** One page of the gateway's list of payments and refunds (query_order_list, §7.9). */
export interface ListPage {
  readonly kind: 'page';
  /** Rows of the whole list, this page's and all others. */
  readonly total: number;
  readonly rows: readonly ListedOrder[];
  readonly trace: CallTrace;
}

/** The gateway's own totals; rows are already added up per platform. */
export interface Overview {
  readonly kind: 'overview';
  readonly totals: readonly {
    readonly platform: Platform | null;
    readonly paidCount: number;
    readonly paidFen: Fen;
    readonly refundedCount: number;
    readonly refundedFen: Fen;
  }[];
  readonly trace: CallTrace;
}

/** A clerk of the shop, as the gateway lists them. */
export interface ShopClerk {
  readonly id: string;
  readonly name: string | null;
}

/** The clerks of this terminal's shop; null when the gateway's list does not hold the shop. */
export interface ShopStaff {
  readonly kind: 'staff';
  readonly clerks: readonly ShopClerk[] | null;
  readonly trace: CallTrace;
}

/** A scanned configuration QR, already checked against the terminal's own domains (§7.2). */
export interface ConfigurationTicket {
  readonly osi: string;
  readonly si: Secret;
}

/** What became of a scanned configuration QR (§7.2). No code vouches for it: its key is tried before it is kept. */
export type ConfigurationAnswer =
  | { readonly kind: 'configured'; readonly configuration: DeviceConfiguration; readonly trace: CallTrace }
  | {
      readonly kind: 'refused';
      readonly reason: 'bound-elsewhere' | 'expired' | 'rejected';
      readonly description: string;
      readonly trace: CallTrace;
    }
  | Unknown
  | NotSent;

/** Whether a domain is usable: `alive` only on a readable ping answer with status 0 (§7.1). */
export type PingAnswer =
  | { readonly kind: 'alive'; readonly latencyMs: number; readonly gatewayTimeMs: number | null }
  | { readonly kind: 'dead'; readonly reason: string; readonly latencyMs: number };

/** It was done, and there is nothing more to say than how the call went. */
export type Done = { readonly kind: 'done'; readonly trace: CallTrace };

/** One finished call, as the gateway's log upload wants it (§7.11). */
export interface MonitoredCall {
  readonly trace: CallTrace;
  readonly startedAtMs: number;
  readonly lines: readonly string[];
}

/**
 * What an acquirer must offer a terminal. Cloud Pay fulfils it in `cloudpay/`; another acquirer is another folder.
 *
 * Every method is one attempt on one domain and never throws for anything that the network or the gateway does:
 * whatever proves nothing is `unknown`. A final answer (order facts, refusal, not found) is given only for text whose
 * authentication code verified over the exact bytes and whose numbers and amounts are the ones asked for (M3).
 */
export interface PaymentGateway {
  /** Makes the exact bytes of a pay request, once (M2). */
  preparePayment(request: PayRequest): PreparedPayment;
  pay(payment: PreparedPayment, call: GatewayCall): Promise<OrderFacts | Refused | Unknown | NotSent>;
  queryOrder(query: OrderQuery, call: GatewayCall): Promise<OrderFacts | NotFound | Refused | Unknown | NotSent>;
  /** The only source of `refundedFen` (§8.3). */
  orderDetail(query: OrderDetailQuery, call: GatewayCall): Promise<OrderFacts | NotFound | Refused | Unknown | NotSent>;
  refund(request: RefundRequest, call: GatewayCall): Promise<RefundFacts | Refused | Unknown | NotSent>;
  queryRefunds(
    query: RefundQuery,
    call: GatewayCall,
  ): Promise<
    | { readonly kind: 'refunds'; readonly refunds: readonly RefundFacts[]; readonly trace: CallTrace }
    | Refused
    | Unknown
    | NotSent
  >;
  listOrders(
    query: {
      readonly configuration: DeviceConfiguration;
      readonly span: Span;
      readonly page: number;
      readonly pageSize: number;
    },
    call: GatewayCall,
  ): Promise<ListPage | Refused | Unknown | NotSent>;
  overview(
    query: {
      readonly configuration: DeviceConfiguration;
      readonly span: Span;
      readonly staffId: string | null;
      /** Only what this device took and gave back; absent or null: the whole shop. */
      readonly deviceId?: string | null;
    },
    call: GatewayCall,
  ): Promise<Overview | Refused | Unknown | NotSent>;
  /** The clerks of the configuration's shop (query_sub_mch_shop_info, §7.12). */
  shopStaff(configuration: DeviceConfiguration, call: GatewayCall): Promise<ShopStaff | Refused | Unknown | NotSent>;
  fetchConfiguration(ticket: ConfigurationTicket, sn: string, call: GatewayCall): Promise<ConfigurationAnswer>;
  unbind(
    configuration: DeviceConfiguration,
    sn: string,
    call: GatewayCall,
  ): Promise<Done | Refused | Unknown | NotSent>;
  uploadMonitoring(
    report: {
      readonly configuration: DeviceConfiguration;
      readonly intervalMs: number;
      readonly calls: readonly MonitoredCall[];
      readonly machine: Readonly<Record<string, number | string>>;
    },
    call: GatewayCall,
  ): Promise<Done | Refused | Unknown | NotSent>;
  ping(call: GatewayCall): Promise<PingAnswer>;
  /** Opens a connection ahead of need, so that the next request finds it standing. Never throws. */
  warmUp(call: GatewayCall): Promise<void>;
  /** Closes every connection. Idempotent. */
  close(): Promise<void>;
}
