/**
 * Damm's quasigroup of order 10: no digit maps to itself off the diagonal twice in a row, so that every single wrong
 * digit and every swap of two neighbours changes the outcome.
 */
const QUASIGROUP = [
  '0317598642',
  '7092154863',
  '4206871359',
  '1750983426',
  '6123045978',
  '3674209581',
  '5869720134',
  '8945362017',
  '9438617205',
  '2581436790',
];

/** Digits stand for themselves, letters for two digits (A = 10 … Z = 35, a = 36 … z = 61). `null` for anything else. */
function digitsOf(text: string): string | null {
  let digits = '';
  for (const character of text) {
    const code = character.charCodeAt(0);
    if (character >= '0' && character <= '9') digits += character;
    else if (character >= 'A' && character <= 'Z') digits += String(code - 55);
    else if (character >= 'a' && character <= 'z') digits += String(code - 61);
    else return null;
  }
  return digits;
}

/**
 * The check digit of a text of digits and letters (M5).
 * @throws RangeError when the text holds anything else
 */
export function checkDigit(text: string): string {
  const digits = digitsOf(text);
  if (digits === null) throw new RangeError('a check digit needs digits and letters only');
  let interim = 0;
  for (const digit of digits) interim = Number(QUASIGROUP[interim]?.[Number(digit)]);
  return String(interim);
}

/** True when the last character is the check digit of what stands before it. Any string; never throws. */
export function hasValidCheckDigit(text: string): boolean {
  if (!/^[0-9A-Za-z]+[0-9]$/.test(text)) return false;
  return checkDigit(text.slice(0, -1)) === text.slice(-1);
}
