/** Character to GB18030 bytes, as one number. Built at the first Chinese slip, by asking the platform's decoder for every code. */
let table: Map<string, number> | null = null;

function learn(codes: Map<string, number>, bytes: Uint8Array, width: 2 | 4): void {
  const view = new DataView(bytes.buffer);
  const decoder = new TextDecoder('gb18030');
  for (let at = 0; at < bytes.length; at += width) {
    const character = decoder.decode(bytes.subarray(at, at + width));
    const isOne = [...character].length === 1 && character !== '\ufffd';
    if (isOne && !codes.has(character)) codes.set(character, width === 2 ? view.getUint16(at) : view.getUint32(at));
  }
}

function buildTable(): Map<string, number> {
  const codes = new Map<string, number>();
  const pairs: number[] = [];
  // GB2312's own area first: where two codes mean one character, every printer has this one.
  for (const [from, to] of [
    [0xa1, 0xf7],
    [0x81, 0xfe],
  ] as const) {
    for (let lead = from; lead <= to; lead += 1) {
      for (let trail = from === 0xa1 ? 0xa1 : 0x40; trail <= 0xfe; trail += 1)
        if (trail !== 0x7f) pairs.push(lead, trail);
    }
  }
  learn(codes, Uint8Array.from(pairs), 2);
  return codes;
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
    table ??= buildTable();
    const two = table.get(character);
    const found = two ?? fourBytes(character);
    if (found === null) bytes.push(0x3f);
    else if (two !== undefined) bytes.push(found >> 8, found & 0xff);
    else bytes.push(found >>> 24, (found >>> 16) & 0xff, (found >>> 8) & 0xff, found & 0xff);
  }
  return Uint8Array.from(bytes);
}
