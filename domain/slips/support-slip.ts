import type { Slip } from '../slip.ts';
import { codesOf, type SupportFacts, supportText } from '../support-facts.ts';
import { SlipBuilder, type SlipMark, type SlipSetting } from './slip-builder.ts';

/** What the slip for the service provider tells. */
export interface SupportSlipContent extends SlipSetting {
  readonly facts: SupportFacts;
  readonly mark: SlipMark;
}

/** What the service provider needs to know of a failure, in words and as a QR code. It proves no payment, and carries no order barcode. */
export function supportSlip(content: SupportSlipContent): Slip {
  const { facts } = content;
  const slip = new SlipBuilder(content);
  const { words } = slip;
  slip
    .heading(words.supportTitle, content.mark)
    .surroundings(words.staff)
    .field(words.sn, facts.sn)
    .field(words.version, facts.version)
    .field(words.time, facts.at)
    .field(words.order, facts.order)
    .field(words.refund, facts.refund)
    .rule();
  for (const call of facts.calls) {
    slip
      .field(`${call.time} ${call.operation}`, codesOf(call))
      .field(`  ${call.host}`, `${Math.round(call.connectMs)}+${Math.round(call.requestMs)} ms`)
      .field('  log_id', call.logId);
  }
  return slip.qr(supportText(facts)).build('support', content.mark);
}
