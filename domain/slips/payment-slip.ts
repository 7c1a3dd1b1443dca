import type { Fen } from '../fen.ts';
import type { Platform } from '../platform.ts';
import type { Slip, SlipCopy } from '../slip.ts';
import { SlipBuilder, type SlipMark, type SlipSetting } from './slip-builder.ts';

/** What the slip of a payment tells. */
export interface PaymentSlipContent extends SlipSetting {
  readonly copy: SlipCopy;
  readonly platform: Platform;
  readonly amountFen: Fen;
  /** `out_trade_no`; also the barcode. */
  readonly order: string;
  readonly transactionId: string | null;
  /** Epoch ms: when the customer paid, as far as it is known. */
  readonly atMs: number;
  /** The verdict came after the payment window or a restart. */
  readonly late: boolean;
  readonly mark: SlipMark;
}

/** The slip of a payment that is certainly paid; its barcode leads back to the order. */
export function paymentSlip(content: PaymentSlipContent): Slip {
  const slip = new SlipBuilder(content);
  const { words } = slip;
  return slip
    .heading(words.paymentTitle, content.mark, words.copies[content.copy], ...(content.late ? [words.late] : []))
    .surroundings(words.staff)
    .platform(content.platform)
    .field(words.state, words.paid)
    .time(words.time, content.atMs)
    .field(words.transaction, content.transactionId)
    .field(words.order, content.order)
    .rule()
    .amount(words.paidAmount, content.amountFen)
    .rule()
    .barcode(content.order)
    .build('payment', content.mark);
}
