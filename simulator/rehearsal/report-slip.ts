import type { Locale } from '../../domain/sentence.ts';
import type { Slip } from '../../domain/slip.ts';
import { rehearsalSlip } from '../../domain/slips/rehearsal-slip.ts';
import type { PlayedRow } from './play-script.ts';

/** What the report of a rehearsal tells. */
export interface ReportFacts {
  readonly locale: Locale;
  /** Of the shop; 480 in China. */
  readonly utcOffsetMinutes: number;
  readonly sn: string;
  readonly version: string;
  readonly subTerminalType: number;
  /** Epoch ms: when it began. */
  readonly atMs: number;
  readonly tookMs: number;
  readonly played: readonly PlayedRow[];
}

/** The report of a rehearsal. It names no shop: the terminal was configured for one of the sandbox's. */
export function reportSlip({ played, ...facts }: ReportFacts): Slip {
  const rows = [...new Set(played.map(({ row }) => row))];
  return rehearsalSlip({
    ...facts,
    shopName: '',
    deviceId: '',
    staffId: null,
    rows: rows.map((row) => ({
      id: row.id,
      words: row.words[facts.locale],
      results: played.filter((one) => one.row === row),
    })),
  });
}
