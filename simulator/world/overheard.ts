import { codeFits } from '../gateway/wire.ts';

/** Status and order state in an answer, as far as they can be read, for the story. */
export function wordsOf(text: string): { status: string; state: string } {
  const status = /\\"status\\":(\d+)/.exec(text)?.[1] ?? '?';
  return { status, state: /current_trade_state\\":(\d+)/.exec(text)?.[1] ?? '?' };
}

/** A "no such order" whose authentication code is right: the only answer after which a payment may be sent again (M2). */
export function isSignedDenial(body: string, keys: readonly string[]): boolean {
  if (!/\\"[Ii]nternal_status\\":400\b/.test(body)) return false;
  try {
    const { response_content: content, authen_info: authen } = JSON.parse(body) as {
      response_content: string;
      authen_info?: { a?: { authen_code?: string } };
    };
    const code = authen?.a?.authen_code ?? '';
    return keys.some((key) => codeFits(key, content, code));
  } catch {
    return false;
  }
}

/** The order number and customer code of a pay request. */
export function payIn(body: string): { number: string; code: string } {
  const content = contentOf(body) as { pay_content: { out_trade_no: string; author_code: string } };
  return { number: content.pay_content.out_trade_no, code: content.pay_content.author_code };
}

/** What a refund request asks for. */
export function refundIn(body: string): { refund: string; order: string; refundFen: number } {
  const { refund_content: content } = contentOf(body) as {
    refund_content: { out_refund_no: string; out_trade_no: string; refund_fee: number };
  };
  return { refund: content.out_refund_no, order: content.out_trade_no, refundFen: content.refund_fee };
}

/** The order that a query is about; null for another request. */
export function numberIn(body: string): string | null {
  return (contentOf(body) as { out_trade_no?: string }).out_trade_no ?? null;
}

function contentOf(body: string): unknown {
  const { request_content: content } = JSON.parse(body) as { request_content: string };
  return JSON.parse(content);
}
