/** Two-byte code by UTF-16 code unit, 0 where there is none; 128 KiB. Built once, by asking the platform's decoder for every code. */
let table: Uint16Array | null = null;

function learn(codes: Uint16Array, leads: readonly [from: number, to: number], trailFrom: number): void {
  const rows: number[] = [];
  for (let lead = leads[0]; lead <= leads[1]; lead += 1) {
    for (let trail = trailFrom; trail <= 0xfe; trail += 1) if (trail !== 0x7f) rows.push(lead, trail, 0x0a);
  }
  // One decoding for all: line ends keep the codes apart, and a code that does not exist spoils its own line only.
  const lines = new TextDecoder('gb18030').decode(Uint8Array.from(rows)).split('\n');
  lines.forEach((character, at) => {
    const unit = character.charCodeAt(0);
    if (character.length !== 1 || unit === 0xfffd || codes[unit] !== 0) return;
    codes[unit] = ((rows[at * 3] ?? 0) << 8) | (rows[at * 3 + 1] ?? 0);
  });
}

/** Builds the table ahead of need, so that the first slip after a payment does not wait for it. */
export function prepareGb18030(): Uint16Array {
  if (table !== null) return table;
  table = new Uint16Array(0x10000);
  // GB2312's own area first: where two codes mean one character, every printer has this one.
  learn(table, [0xa1, 0xf7], 0xa1);
  learn(table, [0x81, 0xfe], 0x40);
  return table;
}

/** The four-byte form of a character outside the two-byte table. Rare; found by bisection over the decoder's order. */
function fourBytes(character: string): number | null {
  const code = character.codePointAt(0) ?? 0;
  const bytesOf = (linear: number): Uint8Array =>
    Uint8Array.of(
      0x81 + Math.trunc(linear / 12_600),
      0x30 + (Math.trunc(linear / 1260) % 10),
      0x81 + (Math.trunc(linear / 10) % 126),
      0x30 + (linear % 10),
    );
  const asNumber = (bytes: Uint8Array): number => new DataView(bytes.buffer).getUint32(0);
  if (code >= 0x10000) return asNumber(bytesOf(189_000 + code - 0x10000));
  const decoder = new TextDecoder('gb18030');
  let [low, high] = [0, 39_419];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = decoder.decode(bytesOf(middle)).codePointAt(0) ?? 0;
    if (found === code) return asNumber(bytesOf(middle));
    if (found < code) low = middle + 1;
    else high = middle - 1;
  }
  return null;
}

/**
 * Text as GB18030 bytes, the character set that receipt printers for China have after `FS &`. ASCII stays ASCII.
 * What has no code becomes `?`. Own table, because the platform only decodes.
 */
export function encodeGb18030(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x80) {
      bytes.push(code);
      continue;
    }
    const two = character.length === 1 ? (prepareGb18030()[code] ?? 0) : 0;
    if (two !== 0) {
      bytes.push(two >> 8, two & 0xff);
      continue;
    }
    const four = fourBytes(character);
    if (four === null) bytes.push(0x3f);
    else bytes.push(four >>> 24, (four >>> 16) & 0xff, (four >>> 8) & 0xff, four & 0xff);
  }
  return Uint8Array.from(bytes);
}
