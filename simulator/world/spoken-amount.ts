const UNITS: Readonly<Record<string, number>> = { 'n-10': 10, 'n-100': 100, 'n-1000': 1000 };
const TEN_THOUSAND = 'n-10000';

/**
 * The first amount that a customer hears in a Chinese sentence, in fen; null when it names none. Read from the clips, digit by digit, as
 * an ear would, and not by the code that put them together.
 */
export function spokenFen(clips: readonly string[]): number | null {
  const end = clips.indexOf('n-yuan');
  if (end < 0) return null;
  const numbers: string[] = [];
  for (let at = end - 1; at >= 0 && clips[at]?.startsWith('n-') === true; at -= 1) numbers.unshift(clips[at] ?? '');
  const point = numbers.indexOf('n-dian');
  const whole = wholeOf(point < 0 ? numbers : numbers.slice(0, point));
  const parts = point < 0 ? [] : numbers.slice(point + 1).map((clip) => Number(clip.slice(2)));
  const [tenths = 0, hundredths = 0] = parts;
  return whole * 100 + tenths * 10 + hundredths;
}

function wholeOf(numbers: readonly string[]): number {
  let high = 0;
  let group = 0;
  let digit: number | null = null;
  for (const clip of numbers) {
    const unit = UNITS[clip];
    if (clip === TEN_THOUSAND) {
      high = (group + (digit ?? 0)) * 10_000;
      group = 0;
      digit = null;
    } else if (unit !== undefined) {
      // 十二: a ten that opens the number has no digit before it.
      group += (digit ?? 1) * unit;
      digit = null;
    } else {
      digit = Number(clip.slice(2));
    }
  }
  return high + group + (digit ?? 0);
}
