/**
 * What must happen now and then for a run to prove anything: a world in which the power never went between the charge and its record has
 * shown nothing about it. Counted by name; `missing` names what a run of that size should have met.
 */
export class Sometimes {
  readonly #counts = new Map<string, number>();

  count(what: Rarity, times = 1): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + times);
  }

  add(other: Sometimes): void {
    for (const [what, times] of other.#counts) this.#counts.set(what, (this.#counts.get(what) ?? 0) + times);
  }

  of(what: Rarity): number {
    return this.#counts.get(what) ?? 0;
  }

  /** Every rarity with its count, in the order of the list. */
  all(): readonly (readonly [Rarity, number])[] {
    return RARITIES.map(({ name }) => [name, this.of(name)]);
  }

  /** What never happened although a run of so many payments should have met it. */
  missing(payments: number): readonly Rarity[] {
    return RARITIES.filter(({ name, from }) => payments >= from && this.of(name) === 0).map(({ name }) => name);
  }
}

/** `from`: payments after which one occurrence is due (ten times the mean distance, or more). */
const RARITIES = [
  { name: 'power cut before a disk call', from: 500 },
  { name: 'power cut after a disk call', from: 500 },
  { name: 'power cut before a send', from: 1000 },
  { name: 'power cut after a send', from: 1000 },
  { name: 'process killed', from: 500 },
  { name: 'boot that was cut off', from: 2000 },
  { name: 'disk error', from: 1000 },
  { name: 'storage reopened', from: 2000 },
  { name: 'journal begun a new segment', from: 500 },
  { name: 'history let go', from: Number.POSITIVE_INFINITY },
  { name: 'root crashed', from: Number.POSITIVE_INFINITY },
  { name: 'request lost', from: 500 },
  { name: 'answer lost', from: 500 },
  { name: 'request or answer late', from: 500 },
  { name: 'request doubled', from: 500 },
  { name: 'bytes flipped', from: 500 },
  { name: 'answer forged', from: 500 },
  { name: 'status 3 or 103', from: 500 },
  { name: 'WiFi away', from: 500 },
  { name: 'bad air', from: 500 },
  { name: 'domain down', from: 500 },
  { name: 'paid on another domain', from: 500 },
  { name: 'payment repeated byte by byte', from: 1000 },
  { name: 'paid in the first answer', from: 100 },
  { name: 'unresolved when its window ended', from: 500 },
  { name: 'paid after it was unresolved', from: 1000 },
  { name: 'not paid after it was unresolved', from: 2000 },
  { name: 'denied for good', from: 2000 },
  { name: 'never sent', from: 1000 },
  { name: 'refused', from: 500 },
  { name: 'told after a power cut', from: 1000 },
  { name: 'same amount confirmed', from: 1000 },
  { name: 'used code swallowed', from: 1000 },
  { name: 'cashier left an order running', from: 500 },
  { name: 'tried again after a failure', from: 500 },
  { name: 'refund sent', from: 500 },
  { name: 'refunded', from: 500 },
  { name: 'refund sent again under its number', from: 10_000 },
  { name: 'refund refused', from: Number.POSITIVE_INFINITY },
  { name: 'refund failed after it was accepted', from: 10_000 },
  { name: 'second refund of an order', from: 5000 },
  { name: 'printer trouble', from: 500 },
  { name: 'speaker trouble', from: 500 },
  { name: 'wall clock jumped', from: 500 },
] as const;

/** Something that must happen now and then. */
export type Rarity = (typeof RARITIES)[number]['name'];
