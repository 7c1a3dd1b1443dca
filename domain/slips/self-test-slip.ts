import type { Slip } from '../slip.ts';
import { SlipBuilder, type SlipSetting } from './slip-builder.ts';

/** What the slip of the self-test tells. */
export interface SelfTestSlipContent extends SlipSetting {
  readonly sn: string;
  readonly version: string;
  /** Epoch ms: when it is printed. */
  readonly atMs: number;
  /** `ok` null: only a person can tell. */
  readonly checks: readonly { readonly name: string; readonly ok: boolean | null; readonly detail: string }[];
}

/** What the self-test found, and a sample of everything that the printer must manage: characters, barcode, QR. */
export function selfTestSlip(content: SelfTestSlipContent): Slip {
  const slip = new SlipBuilder(content);
  const { words } = slip;
  slip
    .heading(words.selfTestTitle, null)
    .surroundings(words.staff)
    .field(words.sn, content.sn)
    .field(words.version, content.version)
    .time(words.time, content.atMs)
    .rule();
  for (const { name, ok, detail } of content.checks) {
    slip.field(name, ok === null ? '-' : ok ? words.ok : words.faulty);
    if (detail !== '') slip.text(`  ${detail}`);
  }
  return slip
    .rule()
    .text('0123456789 ABCXYZ abcxyz .,:;-+*/()')
    .text('零一二三四五六七八九十百千万元收款退款')
    .barcode('012345678901234567890123')
    .qr(content.sn)
    .build('self-test', null);
}
