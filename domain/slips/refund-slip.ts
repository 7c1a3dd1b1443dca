import type { Fen } from '../fen.ts';
import type { Platform } from '../platform.ts';
import type { Slip, SlipCopy } from '../slip.ts';
import { SlipBuilder, type SlipMark, type SlipSetting } from './slip-builder.ts';

/** Accepted is not refunded (M6). */
export type RefundSlipState = 'accepted' | 'refunded' | 'manual' | 'failed' | 'unknown';

/** What the slip of a refund tells. */
export interface RefundSlipContent extends SlipSetting {
  readonly state: RefundSlipState;
  readonly copy: SlipCopy;
  readonly platform: Platform;
  readonly refundFen: Fen;
  readonly orderFen: Fen;
  /** `out_trade_no`; also the barcode. */
  readonly order: string;
  /** `out_refund_no`. */
  readonly refund: string;
  /** Epoch ms. */
  readonly atMs: number;
  readonly mark: SlipMark;
}

/**
 * The slip of a refund: what is certain of it, and what the customer should watch for. Its barcode is the order's.
 * The customer signs the merchant's copy.
 */
export function refundSlip(content: RefundSlipContent): Slip {
  const slip = new SlipBuilder(content);
  const { words } = slip;
  slip
    .heading(words.refundTitle, content.mark, words.copies[content.copy])
    .surroundings(words.operator)
    .platform(content.platform)
    .field(words.state, words.refundStates[content.state])
    .time(words.time, content.atMs)
    .money(words.orderAmount, content.orderFen)
    .field(words.refund, content.refund)
    .field(words.order, content.order)
    .rule()
    .amount(words.refundAmount, content.refundFen)
    .text(words.refundNotes[content.state])
    .rule();
  if (content.copy === 'merchant') slip.feed(1).text(`${words.customerSignature}: ____________________`).rule();
  return slip.barcode(content.order).build('refund', content.mark);
}
