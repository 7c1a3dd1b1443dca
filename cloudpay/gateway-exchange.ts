import * as v from 'valibot';
import type { DeviceConfiguration } from '../domain/device-configuration.ts';
import type { CallTrace, GatewayCall, NotFound, NotSent, Refused, Unknown } from '../domain/payment-gateway.ts';
import { classify, type Operation } from './classify.ts';
import { openAnswer, sealRequest } from './envelope.ts';
import { CommonSchema } from './schemas/common.ts';
import { logIdOf, maskedText } from './trace-text.ts';
import { ANSWER_BYTES_MAX, type Transport, type TransportAnswer } from './transport.ts';

/** A verified answer of status 0; its content is still to be bound to what was asked. */
export interface Accepted {
  readonly kind: 'accepted';
  readonly content: unknown;
  readonly trace: CallTrace;
}

/** The gateway had done before what was asked of it. */
export interface AlreadyDone {
  readonly kind: 'already-done';
  readonly trace: CallTrace;
}

/** What an exchange came to, before its content is bound to what was asked. */
export type Exchanged = Accepted | AlreadyDone | Refused | NotFound | Unknown | NotSent;

/** What the refusals of an order's interfaces may be about: an answer that names another order is not ours (§2.4, step 4). */
export interface AskedFor {
  readonly order: string | null;
}

/** The objects that an answer carries its interface's outcome in. */
const ANSWER_OBJECTS: Readonly<Partial<Record<Operation, string>>> = {
  micro_pay: 'micro_pay',
  query_order: 'query_order',
  client_order_detail: 'order_detail_query',
  refund: 'refund',
  query_refund_order: 'query_refund_order',
  query_order_list: 'query_order_list',
  query_order_list_overview: 'query_order_list_overview',
  query_sub_mch_shop_info: 'query_shop_info',
  unbind_device_sn_code: 'unbind_device_sn_code',
  upload_client_monitor_info: 'upload_client_monitor_info',
};

const NamedOrderSchema = v.object({ order_content: v.object({ out_trade_no: v.string() }) });

/** One signed request and its classified answer. Rejects for nothing that network or gateway do. */
export async function exchange(
  transport: Transport,
  operation: Operation,
  body: string,
  configuration: DeviceConfiguration,
  asked: AskedFor,
  call: GatewayCall,
): Promise<Exchanged> {
  const answer = await transport.request({ ...call, method: 'POST', path: `/cpay/${operation}`, body });
  const trace = traceOf(call.domain, operation, answer);
  if (answer.kind === 'not-sent') return { kind: 'not-sent', reason: maskedText(answer.reason), trace };
  if (answer.kind === 'lost') return unknown(answer.reason, trace);
  const unusable = unusableReason(answer);
  if (unusable !== null) return unknown(unusable, trace);
  return readAnswer(operation, answer.body, configuration, asked, trace);
}

/** Seals a content object as it stands; the key order is the documents'. */
export function sealed(content: object, configuration: DeviceConfiguration): string {
  return sealRequest(JSON.stringify(content), configuration);
}

/** The text of an accepted answer's content, checked against a schema; null when it does not fit. */
export function shaped<Schema extends v.GenericSchema>(schema: Schema, content: unknown): v.InferOutput<Schema> | null {
  const result = v.safeParse(schema, content);
  return result.success ? result.output : null;
}

/** An answer that proves nothing, with its reason masked. @param waitMs least wait before the next request */
export function unknown(reason: string, trace: CallTrace, waitMs = 0): Unknown {
  return { kind: 'unknown', reason: maskedText(reason), waitMs, trace };
}

/** Why an answer cannot be read at all, or null. */
export function unusableReason(answer: Extract<TransportAnswer, { kind: 'answer' }>): string | null {
  if (answer.httpStatus < 200 || answer.httpStatus > 299) return `HTTP status ${answer.httpStatus}`;
  return answer.body.length > ANSWER_BYTES_MAX ? `answer over ${ANSWER_BYTES_MAX} bytes` : null;
}

/** A trace of a call whose answer has not been read. */
export function traceOf(domain: string, operation: Operation, answer: TransportAnswer): CallTrace {
  return {
    domain,
    operation,
    logId: null,
    status: null,
    internalStatus: null,
    description: '',
    connectMs: answer.connectMs,
    requestMs: answer.kind === 'not-sent' ? 0 : answer.requestMs,
  };
}

function readAnswer(
  operation: Operation,
  body: Uint8Array,
  configuration: DeviceConfiguration,
  asked: AskedFor,
  unread: CallTrace,
): Exchanged {
  const opened = openAnswer(body, configuration.authenKey);
  if (opened.kind === 'invalid') return unknown(opened.reason, unread);
  const common = shaped(CommonSchema, opened.content);
  if (common === null) return unknown('the answer has no readable status', unread);
  const internalStatus = common.internal_status ?? common.Internal_status ?? null;
  const description = maskedText(common.description ?? '', configuration.authenKey);
  const trace = { ...unread, logId: logIdOf(opened.text), status: common.status, internalStatus, description };
  const verdict = classify({ operation, isSigned: opened.kind === 'signed', status: common.status, internalStatus });
  if (verdict.class === 'unknown') return unknown(verdict.reason, trace, verdict.waitMs);
  const foreign = foreignReason(operation, opened.content, asked);
  if (foreign !== null) return unknown(foreign, trace);
  switch (verdict.class) {
    case 'accepted':
      return { kind: 'accepted', content: opened.content, trace };
    case 'already-done':
      return { kind: 'already-done', trace };
    case 'not-found':
      return { kind: 'not-found', trace };
    case 'needs-new-number':
      return { kind: 'refused', reason: 'number-taken', description, trace };
    case 'failed':
      return { kind: 'refused', reason: 'rejected', description, trace };
  }
}

/** A correctly signed answer may still have been given to another question, and be played back to this one. */
function foreignReason(operation: Operation, content: unknown, asked: AskedFor): string | null {
  if (typeof content !== 'object' || content === null) return 'the answer is not an object';
  const own = ANSWER_OBJECTS[operation];
  const others = Object.values(ANSWER_OBJECTS).filter((name) => name !== own && Object.hasOwn(content, name));
  if (others.length > 0) return `the answer is that of another interface (${others.join(', ')})`;
  if (own === undefined || asked.order === null || !Object.hasOwn(content, own)) return null;
  const named = shaped(NamedOrderSchema, (content as Readonly<Record<string, unknown>>)[own]);
  if (named === null || named.order_content.out_trade_no === asked.order) return null;
  return 'the answer is about another order';
}
