import type { Reply } from './desk.ts';
import type { AnswerFault, InterfaceName } from './fault-script.ts';
import type { SandboxSettings } from './settings.ts';
import { asciiJson, isRecord, sealAnswer } from './wire.ts';

/** What the network is to do with an answer. */
export interface SandboxAnswer {
  readonly httpStatus: number;
  /** Empty when nothing is to be sent. */
  readonly body: string;
  /** Wait so long before sending, cutting or ending the silence. */
  readonly delayMs: number;
  /** Close the connection without one answer byte; the request had no effect, or had it. */
  readonly cut: 'before-effect' | 'after-effect' | null;
  /** Send so many bytes of the body, then close the connection. */
  readonly truncateAt: number | null;
  /** Say nothing for `delayMs`, then close the connection. */
  readonly silence: boolean;
}

const OBJECT_NAMES: Partial<Record<InterfaceName, string>> = {
  client_order_detail: 'order_detail_query',
  query_sub_mch_shop_info: 'query_shop_info',
};

const HUGE_BODY_BYTES = 1_048_576;

/** The plain answer: 200 and the body, after the delay. */
export function plainAnswer(httpStatus: number, body: string, delayMs: number): SandboxAnswer {
  return { httpStatus, body, delayMs, cut: null, truncateAt: null, silence: false };
}

/** The exact text of response_content. */
function contentText(
  name: InterfaceName,
  reply: Reply,
  logId: number,
  spelling: SandboxSettings['internalStatusSpelling'],
): string {
  return asciiJson({
    status: reply.status,
    description: reply.description,
    log_id: logId,
    [spelling]: reply.internalStatus,
    ...(reply.content === null ? {} : { [OBJECT_NAMES[name] ?? name]: reply.content }),
  });
}

/** The enveloped answer, with the body faults applied before signing where they belong there. */
export function envelopedBody(
  name: InterfaceName,
  reply: Reply,
  key: string | null,
  logId: number,
  settings: SandboxSettings,
  fault: AnswerFault | null,
): string {
  const told = fault?.kind === 'other-number' || fault?.kind === 'other-amount' ? disguised(reply, fault.kind) : reply;
  const spelling = fault?.kind === 'upper-spelling' ? 'Internal_status' : settings.internalStatusSpelling;
  const content = contentText(name, told, logId, spelling);
  if (!reply.signed || key === null || fault?.kind === 'unsigned') return sealAnswer(content, null);
  return sealAnswer(content, fault?.kind === 'wrong-code' ? `${key}?` : key);
}

function disguised(reply: Reply, kind: 'other-number' | 'other-amount'): Reply {
  const change = (value: unknown, name: string): unknown => {
    if (kind === 'other-number' && (name === 'out_trade_no' || name === 'out_refund_no') && typeof value === 'string') {
      return value.slice(0, -1) + (value.endsWith('9') ? '0' : '9');
    }
    if (kind === 'other-amount' && name === 'total_fee' && typeof value === 'number') return value + 1;
    if (Array.isArray(value)) return value.map((one) => change(one, ''));
    if (!isRecord(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, change(one, key)]));
  };
  const content = change(reply.content, '');
  return isRecord(content) ? { ...reply, content } : reply;
}

/** Lets the fault act on the finished answer. */
export function struckAnswer(answer: SandboxAnswer, fault: AnswerFault | null): SandboxAnswer {
  switch (fault?.kind) {
    case 'cut':
      return { ...answer, body: '', cut: fault.effect ? 'after-effect' : 'before-effect' };
    case 'http':
      return { ...answer, httpStatus: fault.httpStatus, body: '<html><body><h1>Bad Gateway</h1></body></html>' };
    case 'silence':
      return { ...answer, body: '', delayMs: answer.delayMs + fault.ms, silence: true };
    case 'cut-at':
      return { ...answer, truncateAt: Math.min(fault.bytes, Buffer.byteLength(answer.body)) };
    case 'truncated-json':
      return { ...answer, body: answer.body.slice(0, Math.floor(answer.body.length / 2)) };
    case 'garbage':
      return { ...answer, body: '\u0000\u0007<!-- \ufffd\ufffd --> {]}"status":0,' };
    case 'huge-body':
      return { ...answer, body: answer.body + ' '.repeat(HUGE_BODY_BYTES) };
    case 'empty-body':
      return { ...answer, body: '' };
    default:
      return answer;
  }
}
