/** The interfaces that a terminal uses, by their names in the URL (§7). */
export type Operation =
  | 'micro_pay'
  | 'query_order'
  | 'client_order_detail'
  | 'refund'
  | 'query_refund_order'
  | 'query_order_list'
  | 'query_order_list_overview'
  | 'query_sub_mch_shop_info'
  | 'unbind_device_sn_code'
  | 'upload_client_monitor_info'
  | 'use_device_setting'
  | 'ping';

/** The part of an answer that says what became of the request. */
export interface AnswerHead {
  readonly operation: Operation;
  /** Its code verified over the exact bytes. */
  readonly isSigned: boolean;
  readonly status: number;
  readonly internalStatus: number | null;
}

/**
 * What an answer means for the request (§3.2 to §3.4). `accepted` says nothing of the money: the state field does.
 * `not-found` is "no such order" or "no such refund"; `already-done` is an unbinding that had been done before.
 */
export type AnswerClass =
  | { readonly class: 'accepted' | 'failed' | 'needs-new-number' | 'not-found' | 'already-done' }
  | { readonly class: 'unknown'; readonly reason: string; readonly waitMs: number };

/** The least wait that status 103 asks for. */
const BUSY_WAIT_MS = 3_000;

const ORDER_MISSING = 400;
const NUMBER_TAKEN = 407;
const NO_REFUND = 426;
const ALREADY_UNBOUND = 3215;

/**
 * Classifies any answer. Unsigned text never ends anything: the documents leave 101 unsigned, so that whoever can put a text on
 * the wire could forge it, and a payment that looks refused but was charged is the worst of all answers (M3).
 */
export function classify(head: AnswerHead): AnswerClass {
  const { operation, isSigned, status, internalStatus } = head;
  const unknown = (reason: string, waitMs = 0): AnswerClass => ({ class: 'unknown', reason, waitMs });
  if (!isSigned) return unknown(`unsigned status ${status}`, status === 103 ? BUSY_WAIT_MS : 0);
  // Whatever the status: the number belongs to an earlier order, whose facts must not be taken for this sale's (§3.4).
  if (operation === 'micro_pay' && internalStatus === NUMBER_TAKEN) return { class: 'needs-new-number' };
  if (status === 0) return { class: 'accepted' };
  if (status === 103) return unknown('status 103: the gateway is still working on it', BUSY_WAIT_MS);
  if (status === 3) return unknown('status 3: the gateway does not know the result');
  if (isMissing(operation, status, internalStatus)) return { class: 'not-found' };
  if (operation === 'unbind_device_sn_code' && internalStatus === ALREADY_UNBOUND) return { class: 'already-done' };
  if (status === 102) return { class: 'needs-new-number' };
  if (status === 101 || status === 104) return { class: 'failed' };
  return unknown(`status ${status}, which is not documented`);
}

/** The two SDKs look for 400 in different fields (§10, 16). */
function isMissing(operation: Operation, status: number, internalStatus: number | null): boolean {
  if (operation === 'query_order' || operation === 'client_order_detail') {
    return internalStatus === ORDER_MISSING || status === ORDER_MISSING;
  }
  return operation === 'query_refund_order' && (internalStatus === NO_REFUND || status === NO_REFUND);
}
