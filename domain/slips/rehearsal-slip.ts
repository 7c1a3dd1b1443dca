import type { Platform } from '../platform.ts';
import type { Slip } from '../slip.ts';
import { rehearsalWords } from './rehearsal-words.ts';
import { SlipBuilder, type SlipSetting } from './slip-builder.ts';
import { platformName } from './slip-words.ts';

/** What became of one row on one wallet. */
export interface RehearsedResult {
  /** Null for a row that is about no wallet. */
  readonly platform: Platform | null;
  readonly state: 'passed' | 'failed' | 'not-played';
  /** What was wrong, in words; '' otherwise. */
  readonly problem: string;
}

/** What the report of a rehearsal tells: which terminal, and each row with its result on each wallet. */
export interface RehearsalSlipContent extends SlipSetting {
  readonly sn: string;
  readonly version: string;
  /** `sub_terminal_type` that it was rehearsed with (§6). */
  readonly subTerminalType: number;
  /** Epoch ms: when it began. */
  readonly atMs: number;
  readonly tookMs: number;
  readonly rows: readonly {
    readonly id: string;
    readonly words: string;
    readonly results: readonly RehearsedResult[];
  }[];
}

/** A reason longer than this is cut: paper is no log. */
const PROBLEM_CHARACTERS_MAX = 160;

/** What the rehearsal of a terminal showed, row by row, with a line to sign. */
export function rehearsalSlip(content: RehearsalSlipContent): Slip {
  const slip = new SlipBuilder(content);
  const words = rehearsalWords(content.locale);
  slip
    .heading(words.title, null)
    .surroundings(slip.words.staff)
    .field(slip.words.sn, content.sn)
    .field(slip.words.version, content.version)
    .field(words.subTerminalType, String(content.subTerminalType))
    .field(words.gateway, words.sandbox)
    .time(slip.words.time, content.atMs)
    .field(words.took, words.seconds(Math.round(content.tookMs / 1000)))
    .rule();
  for (const { id, words: about, results } of content.rows) {
    slip.text(`${id} ${about}`, true);
    for (const { platform, state, problem } of results) {
      slip.field(`   ${platform === null ? words.onTerminal : platformName(slip.words, platform)}`, words.state[state]);
      if (problem !== '') slip.text(`   ${problem.slice(0, PROBLEM_CHARACTERS_MAX)}`);
    }
  }
  const wrong = content.rows.flatMap(({ results }) => results).filter(({ state }) => state !== 'passed').length;
  return slip
    .rule()
    .large(words.verdict, wrong === 0 ? words.passed : words.failed(wrong))
    .rule()
    .text(words.note)
    .feed(1)
    .text(`${slip.words.signature}: ____________________`)
    .build('rehearsal', null);
}
