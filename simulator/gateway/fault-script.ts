import type { Fen } from '../../domain/fen.ts';
import type { Life } from './order.ts';
import type { RefundLife } from './refund.ts';

/** The interfaces of §7, by their name in the path. */
export const INTERFACES = [
  'ping',
  'use_device_setting',
  'unbind_device_sn_code',
  'micro_pay',
  'query_order',
  'refund',
  'query_refund_order',
  'client_order_detail',
  'query_order_list',
  'query_order_list_overview',
  'upload_client_monitor_info',
  'upload_client_conf_info',
  'query_sub_mch_shop_info',
  'close_order',
] as const;

/** One of the gateway's interfaces. */
export type InterfaceName = (typeof INTERFACES)[number];

/** What one of the four domains does with connections. */
export type HostCondition =
  | 'up'
  /** Nobody listens: connection refused. */
  | 'refuse'
  /** Accepts TCP and never says a word. */
  | 'stall'
  /** Offers TLS 1.0 and nothing newer. */
  | 'tls10'
  /** Shows the certificate of another host. */
  | 'foreign-certificate'
  | 'expired-certificate'
  /** Shows a certificate of a CA that nobody trusts. */
  | 'untrusted-ca';

/** Every condition, in the order in which the page offers them. */
export const HOST_CONDITIONS: readonly HostCondition[] = [
  'up',
  'refuse',
  'stall',
  'tls10',
  'foreign-certificate',
  'expired-certificate',
  'untrusted-ca',
];

/** What happens to an answer. `effect`: whether the gateway did what it was asked before. */
export type AnswerFault =
  | { readonly kind: 'cut'; readonly effect: boolean }
  | {
      readonly kind: 'status';
      readonly status: 3 | 101 | 103 | 104;
      readonly internalStatus: number;
      readonly effect: boolean;
    }
  | { readonly kind: 'http'; readonly httpStatus: number; readonly effect: boolean }
  | { readonly kind: 'silence'; readonly ms: number; readonly effect: boolean }
  | { readonly kind: 'cut-at'; readonly bytes: number; readonly effect: true }
  | { readonly kind: BodyFault; readonly effect: true };

/** Faults that only change the body. */
export type BodyFault =
  | 'wrong-code'
  | 'unsigned'
  | 'other-number'
  | 'other-amount'
  | 'truncated-json'
  | 'garbage'
  | 'huge-body'
  | 'empty-body'
  | 'upper-spelling';

/** One case worth having, chosen by amount, by the control API or on the page. */
export interface FaultScript {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  /** Chosen by an order total of 900.NN yuan; the fen part. */
  readonly cents: number;
  readonly answer?: AnswerFault;
  /** Whose answers are struck when the amount chose the script; armed ones strike what they were armed for. */
  readonly on?: readonly InterfaceName[];
  /** How many requests of a number are struck on each interface; default 1. */
  readonly times?: number;
  /** Every request of the number after the first gets this instead. */
  readonly repeatAnswer?: AnswerFault;
  readonly life?: Life;
  readonly lifeMs?: number;
  readonly hiddenMs?: number;
  readonly refund?: RefundLife;
  /** The domain that was asked falls into this condition for so long. */
  readonly host?: { readonly condition: HostCondition; readonly forMs: number };
}

/** The whole-yuan part of the amounts that choose a script. */
export const SCRIPT_YUAN = 900;

/** The amount that chooses the script. */
export function scriptAmountFen(script: FaultScript): Fen {
  return SCRIPT_YUAN * 100 + script.cents;
}
