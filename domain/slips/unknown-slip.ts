import type { Fen } from '../fen.ts';
import type { Platform } from '../platform.ts';
import type { Slip } from '../slip.ts';
import { SlipBuilder, type SlipMark, type SlipSetting } from './slip-builder.ts';

/** What the slip of an unknown result tells: only what was asked, because nothing else is certain. */
export interface UnknownSlipContent extends SlipSetting {
  readonly platform: Platform;
  readonly amountFen: Fen;
  /** `out_trade_no`; also the barcode. */
  readonly order: string;
  /** Epoch ms: when the order was sent. */
  readonly atMs: number;
  readonly mark: SlipMark;
}

/** The slip of a payment whose result nobody knows yet (M4): claims nothing, warns, and can be scanned for the truth. */
export function unknownSlip(content: UnknownSlipContent): Slip {
  const slip = new SlipBuilder(content);
  const { words } = slip;
  return slip
    .heading(words.unknownTitle, content.mark)
    .centred(words.unknownWarning, true)
    .text(words.unknownText)
    .rule()
    .surroundings(words.staff)
    .platform(content.platform)
    .time(words.time, content.atMs)
    .field(words.order, content.order)
    .rule()
    .amount(words.orderAmount, content.amountFen)
    .rule()
    .text(words.unknownScan)
    .barcode(content.order)
    .build('unknown', content.mark);
}
