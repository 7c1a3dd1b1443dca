import type { Random } from '../../hal/random/contract.ts';

/** The largest input made by default: more than any door reads. */
const INPUT_BYTES_MAX = 128 * 1024;
const DEPTH_MAX = 300;

/** Pieces that parsers have stumbled over: bad UTF-8, control characters, numbers at the edge, keys with a meaning. */
const TOKENS: readonly Uint8Array[] = [
  ...['{}', '[]', 'null', 'true', '""', ',', ':', '{"a":', '[[', '\\u0000', '\\ud800', '\0', '\r\n', '\x1b[', '\x1d'],
  ...['9007199254740993', '1e3', '1e400', '-0', '0.1', '2147483648', '00', '0x10', 'NaN', '１２', '＄'],
  ...['"__proto__":{"paid":true}', '"constructor":{}', '"status":0', '"status":"0"', '"toString":1', '"length":-1'],
  ...[
    'https://',
    '@',
    '?osi=',
    '&si=',
    '%00',
    '../',
    'WIFI:',
    ';;',
    'S:',
    'P:',
    '130000000000000001',
    '<svg onload=x>',
  ],
].map((text) => Buffer.from(text, 'utf8'));
const BAD_UTF8: readonly Uint8Array[] = [
  [0xff],
  [0xc0, 0x80],
  [0xed, 0xa0, 0x80],
  [0xf4, 0x90, 0x80, 0x80],
  [0xe2, 0x82],
].map((bytes) => Uint8Array.from(bytes));
const ODD_VALUES: readonly string[] = [
  ...['null', 'true', 'false', '0', '-1', '1e3', '1e400', '9007199254740993', '0.1', '""', '"0"', '"1"', '[]', '{}'],
  ...['"\\ud800"', '"\\u0000"', '[[]]', '{"__proto__":{"a":1}}', '[null]', '"constructor"', '1.0', '-0', '"𝟙𝟚"'],
];

/** Damages inputs from one seed: bytes anywhere, and, where the input is JSON, its structure. One seed gives one sequence. */
export class Mutator {
  readonly random: Random;
  readonly #bytesMax: number;

  constructor(random: Random, bytesMax = INPUT_BYTES_MAX) {
    this.random = random;
    this.#bytesMax = bytesMax;
  }

  /** One to four changes of one of these inputs. */
  next(corpus: readonly Uint8Array[]): Uint8Array {
    let input: Uint8Array = this.oneOf(corpus);
    for (let changes = 1 + this.below(4); changes > 0; changes -= 1) {
      input = (this.random.fraction() < 0.5 ? this.#inStructure(input) : null) ?? this.#inBytes(input);
    }
    return input.subarray(0, this.#bytesMax);
  }

  /** A change of a JSON text that keeps it JSON, or nearly. */
  nextJson(text: string): string {
    return Buffer.from(this.#inStructure(Buffer.from(text)) ?? this.#inBytes(Buffer.from(text))).toString('utf8');
  }

  below(limit: number): number {
    return Math.floor(this.random.fraction() * limit);
  }

  oneOf<One>(list: readonly One[]): One {
    const one = list[this.below(list.length)];
    if (one === undefined) throw new Error('nothing to choose from');
    return one;
  }

  #inBytes(input: Uint8Array): Uint8Array {
    const at = this.below(input.length + 1);
    const [head, tail] = [input.subarray(0, at), input.subarray(at)];
    switch (this.below(9)) {
      case 0:
        return head;
      case 1:
        return tail;
      case 2:
        return Buffer.concat([head, Uint8Array.of(this.below(256)), tail.subarray(1)]);
      case 3:
        return Buffer.concat([head, tail.subarray(this.below(16))]);
      case 4:
        return Buffer.concat([head, this.oneOf(TOKENS), tail]);
      case 5:
        return Buffer.concat([head, this.oneOf(BAD_UTF8), tail]);
      case 6:
        return Buffer.concat([head, tail.subarray(0, this.below(64)), tail]);
      case 7:
        return Buffer.concat([head, this.#repeated(this.oneOf(TOKENS)), tail]);
      default:
        return Buffer.concat([head, this.random.bytes(this.below(32)), tail]);
    }
  }

  /** Rarely very long, mostly a few: what grows worse than its length shows itself, and the run stays fast. */
  #repeated(token: Uint8Array): Uint8Array {
    const times = this.random.fraction() < 0.02 ? this.below(20_000) : this.below(200);
    return Buffer.concat(Array.from({ length: times }, () => token)).subarray(0, this.#bytesMax);
  }

  #inStructure(input: Uint8Array): Uint8Array | null {
    let value: unknown;
    try {
      value = JSON.parse(Buffer.from(input).toString('utf8'));
    } catch {
      return null;
    }
    if (isDeep(value)) return null;
    const target = this.below(countParts(value));
    return Buffer.from(new Rewriting(target, this).write(value), 'utf8');
  }

  /** What stands in a part's place. */
  replacement(value: unknown, text: string): string {
    switch (this.below(7)) {
      case 0:
        return `[${text}]`;
      case 1:
        return typeof value === 'number' ? `"${text}"` : `{"a":${text}}`;
      case 2:
        return this.#nested(text);
      case 3:
        return typeof value === 'string' ? JSON.stringify(`${value}${value}`) : `[${text},${text}]`;
      case 4:
        return typeof value === 'number'
          ? String(value * this.oneOf([-1, 10, 1e15, 0.5, 1e300]))
          : this.oneOf(ODD_VALUES);
      default:
        return this.oneOf(ODD_VALUES);
    }
  }

  /** What an object's key becomes: doubled before or after, renamed, or gone. */
  entry(name: string, text: string): readonly string[] {
    const key = JSON.stringify(name);
    const whole = `${key}:${text}`;
    switch (this.below(6)) {
      case 0:
        return [];
      case 1:
        return [whole, `${key}:${this.oneOf(ODD_VALUES)}`];
      case 2:
        return [`${key}:${this.oneOf(ODD_VALUES)}`, whole];
      case 3:
        return [`"__proto__":{${whole}}`];
      case 4:
        return [`${JSON.stringify(name.toUpperCase())}:${text}`];
      default:
        return [whole, `"__proto__":${text}`];
    }
  }

  #nested(text: string): string {
    const depth = this.random.fraction() < 0.02 ? 20_000 : this.below(50);
    const [open, close] = this.oneOf([
      ['[', ']'],
      ['{"a":', '}'],
    ] as const);
    return `${open.repeat(depth)}${text}${close.repeat(depth)}`;
  }
}

/** Writes a JSON value again with one of its parts changed. */
class Rewriting {
  #left: number;
  readonly #mutator: Mutator;

  constructor(target: number, mutator: Mutator) {
    this.#left = target;
    this.#mutator = mutator;
  }

  write(value: unknown): string {
    const isTarget = this.#left-- === 0;
    const text = this.#plain(value);
    return isTarget ? this.#mutator.replacement(value, text) : text;
  }

  #plain(value: unknown): string {
    if (Array.isArray(value)) return `[${value.map((part) => this.write(part)).join(',')}]`;
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    const entries = Object.entries(value).flatMap(([name, part]) => {
      const isTarget = this.#left-- === 0;
      const text = this.write(part);
      return isTarget ? this.#mutator.entry(name, text) : [`${JSON.stringify(name)}:${text}`];
    });
    return `{${entries.join(',')}}`;
  }
}

/** Too deep to be walked by a function that calls itself. */
function isDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEPTH_MAX) return true;
    level = level.flatMap((part) =>
      typeof part === 'object' && part !== null ? (Object.values(part) as unknown[]) : [],
    );
  }
  return false;
}

/** Parts of a JSON value that can be changed: every value, and every key once more. */
function countParts(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  const parts = Object.values(value) as unknown[];
  const own = Array.isArray(value) ? 0 : parts.length;
  return parts.reduce<number>((sum, part) => sum + countParts(part), 1 + own);
}
