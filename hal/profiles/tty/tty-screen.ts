import type { Screen } from '../../../domain/screen.ts';
import { amountLine, type Tone, toneOf } from '../screen-tone.ts';
import { bigDigits } from './big-digits.ts';
import { displayWidth, withoutControls, wrapToWidth } from './display-width.ts';

/** Background and foreground by tone, of the sixteen colours that every console has. */
const COLOURS: Readonly<Record<Tone, string>> = {
  calm: '\x1b[44;97m',
  ask: '\x1b[46;30m',
  busy: '\x1b[44;97m',
  good: '\x1b[42;30m',
  bad: '\x1b[41;97m',
  careful: '\x1b[43;30m',
};
const PLAIN = '\x1b[0m';
const BOLD = '\x1b[1m';
const COLUMNS_MAX = 64;

/** The screen as lines of a console with colours: a coloured field, the heading bold, the amount five rows high. */
export function drawScreen(screen: Screen, columns: number): readonly string[] {
  const width = Math.max(20, Math.min(columns, COLUMNS_MAX));
  const colour = COLOURS[toneOf(screen.name)];
  const big = amountLine(screen);
  const field = (text: string, bold: boolean): string => {
    const left = Math.max(0, Math.floor((width - displayWidth(text)) / 2));
    const right = Math.max(0, width - left - displayWidth(text));
    return `${colour}${bold ? BOLD : ''}${' '.repeat(left)}${text}${' '.repeat(right)}${PLAIN}`;
  };
  const rows = screen.lines.flatMap((raw, index) => {
    const line = withoutControls(raw);
    const digits = index === big ? bigDigits(line, width - 4) : null;
    if (digits !== null) return ['', ...digits, ''].map((row) => field(row, true));
    return wrapToWidth(line, width - 4).map((piece) => field(piece, index === 0 || index === big));
  });
  return [field('', false), ...rows, field('', false)];
}

/** The screen as plain text, for a serial line that understands nothing but characters. */
export function spellScreen(screen: Screen, columns: number): readonly string[] {
  const width = Math.max(20, Math.min(columns, COLUMNS_MAX));
  return [
    `--- ${screen.name} `.padEnd(width, '-'),
    ...screen.lines.flatMap((line) => wrapToWidth(withoutControls(line), width)),
  ];
}
