import type { SeededRandom } from '../../hal/random/seeded-random.ts';
import { sealAnswer } from '../gateway/wire.ts';

/** Answers about orders that are kept to be played back. */
const OVERHEARD_MAX = 30;
const FOREIGN_KEY = 'a key that is not the merchant’s';
/** Paid, closed and revoked, in the numberings of either wallet. */
const TEMPTING_STATES = [2, 5, 7];

/**
 * Somebody on the WiFi who has no key, but may put any text on the wire: refusals and payments that never were, and old answers of the
 * real gateway about other orders. A terminal must take all of them for "unknown" (M3).
 */
export class Forger {
  readonly #random: SeededRandom;
  readonly #overheard: { readonly path: string; readonly body: string }[] = [];

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** A true answer passes by. Only those that name their order are worth keeping: any other would be believed by nobody's mistake. */
  overhears(body: string, path: string): void {
    if (!body.includes('out_trade_no') || path !== '/cpay/query_order') return;
    this.#overheard.push({ path, body });
    if (this.#overheard.length > OVERHEARD_MAX) this.#overheard.shift();
  }

  /** The text that arrives instead of this one. */
  inPlaceOf(body: string, path: string): string {
    const content = contentOf(body);
    if (content === null) return body;
    const draw = this.#random.fraction();
    const replayed = this.#pick(this.#overheard.filter((one) => one.path === path && one.body !== body));
    if (draw < 0.4 && replayed !== null && !aboutTheSame(replayed.body, content)) return replayed.body;
    const key = this.#random.fraction() < 0.5 ? null : FOREIGN_KEY;
    if (draw < 0.6) return sealAnswer(REFUSAL, key);
    const state = this.#pick(TEMPTING_STATES) ?? 2;
    return sealAnswer(content.replaceAll(/"current_trade_state":\d+/g, `"current_trade_state":${state}`), key);
  }

  #pick<Kept>(from: readonly Kept[]): Kept | null {
    return from[Math.floor(this.#random.fraction() * from.length)] ?? null;
  }
}

const REFUSAL = JSON.stringify({ status: 104, description: '', log_id: 1, internal_status: 1 });

/** The content that is signed in an envelope; null where there is none. */
function contentOf(body: string): string | null {
  try {
    const outer = JSON.parse(body) as { response_content?: unknown };
    return typeof outer.response_content === 'string' ? outer.response_content : null;
  } catch {
    return null;
  }
}

/** An old answer about the very order that is asked for is true, only late: no terminal can tell. */
function aboutTheSame(body: string, content: string): boolean {
  const number = /"out_trade_no":"(\w+)"/.exec(content)?.[1];
  // A denial names no order, and neither does its request here: better no replay than one about the same.
  return number === undefined || body.includes(number);
}
