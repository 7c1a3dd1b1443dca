/** What is in the settings, in words that can be compared. */
export interface SettingsFacts {
  readonly configuration: string | null;
  readonly staff: string | null;
  readonly volume: number;
  readonly locale: string | null;
  readonly wifi: string | null;
  readonly installation: string;
  /** The boot record of the upgrade's slots; null before the box was delivered. */
  readonly boot: string | null;
}

/** One line of the workload: what it found, what it is about to do, what it believes to be durable. */
export type AckLine =
  | { readonly is: 'key'; readonly mac: string }
  | { readonly is: 'settings-found'; readonly settings: SettingsFacts }
  | { readonly is: 'settings-try'; readonly settings: SettingsFacts }
  | { readonly is: 'settings-done' }
  | { readonly is: 'journal-found'; readonly facts: number; readonly boot: number }
  | { readonly is: 'facts-try'; readonly facts: readonly string[]; readonly numbers: readonly string[] }
  /** Every fact tried so far is durable. */
  | { readonly is: 'facts-done' };

/** What a reader of a medium sees. */
export interface Seen {
  readonly mac: string;
  readonly settings: SettingsFacts;
  readonly facts: readonly string[];
  readonly boot: number;
  /** The number that the next order would get. */
  readonly nextNumber: string;
}

/** What the workload of one run believes at one place of the log: what must be there, and what may be. */
export class Believed {
  #mac: string | null;
  #settings: SettingsFacts | null;
  #settingsTried: SettingsFacts | null = null;
  #facts: string[];
  #durable: number;
  #boot: number;
  readonly #usedNumbers: Set<string>;
  #triedNumbers: string[] = [];
  readonly strange: string[] = [];

  /** Null: a new disk. Otherwise what a reader saw on the disk that the run started with. */
  constructor(start: { readonly seen: Seen; readonly usedNumbers: ReadonlySet<string> } | null) {
    this.#mac = start?.seen.mac ?? null;
    this.#settings = start?.seen.settings ?? null;
    this.#facts = [...(start?.seen.facts ?? [])];
    this.#durable = this.#facts.length;
    // The reader's own start counted too; the run began on the disk as it was before.
    this.#boot = (start?.seen.boot ?? 1) - 1;
    this.#usedNumbers = new Set(start?.usedNumbers);
  }

  /** Numbers that may have left the terminal. */
  get usedNumbers(): ReadonlySet<string> {
    return this.#usedNumbers;
  }

  get acknowledged(): number {
    return this.#durable;
  }

  take(line: AckLine): void {
    switch (line.is) {
      case 'key':
        if (this.#mac !== null && this.#mac !== line.mac) this.strange.push('a process life found another key');
        this.#mac = line.mac;
        break;
      case 'settings-found':
        this.strange.push(...this.#settingsTrouble(line.settings));
        this.#settings = line.settings;
        this.#settingsTried = null;
        break;
      case 'settings-try':
        this.#settingsTried = line.settings;
        break;
      case 'settings-done':
        this.#settings = this.#settingsTried;
        this.#settingsTried = null;
        break;
      case 'journal-found':
        // A killed life leaves its last append whole, in part or not at all; opening makes durable what it finds.
        if (line.facts < this.#durable || line.facts > this.#facts.length)
          this.strange.push(`a process life found ${line.facts} facts of ${this.#durable} to ${this.#facts.length}`);
        if (line.boot <= this.#boot) this.strange.push(`boot ${line.boot} came after boot ${this.#boot}`);
        this.#facts = this.#facts.slice(0, line.facts);
        this.#boot = line.boot;
        this.#settle();
        break;
      case 'facts-try':
        this.#facts.push(...line.facts);
        this.#triedNumbers.push(...line.numbers);
        break;
      case 'facts-done':
        this.#settle();
        break;
    }
  }

  /** Everything in which a reader's view breaks a promise, in words. */
  troubles(seen: Seen): string[] {
    const found: string[] = [];
    if (this.#mac !== null && seen.mac !== this.#mac) found.push('the key is another one');
    found.push(...this.#settingsTrouble(seen.settings));
    if (seen.facts.length < this.#durable)
      found.push(`${this.#durable - seen.facts.length} acknowledged records of ${this.#durable} are lost`);
    if (seen.facts.length > this.#facts.length) found.push(`${seen.facts.length - this.#facts.length} ghost records`);
    const strayed = seen.facts.findIndex((fact, index) => fact !== this.#facts[index]);
    if (strayed >= 0 && strayed < this.#facts.length) found.push(`record ${strayed} is ${seen.facts[strayed]}`);
    if (seen.boot <= this.#boot) found.push(`boot ${seen.boot} came after boot ${this.#boot}`);
    if (this.#usedNumbers.has(seen.nextNumber)) found.push(`the number ${seen.nextNumber} would be used again`);
    return found;
  }

  #settle(): void {
    this.#durable = this.#facts.length;
    for (const number of this.#triedNumbers) this.#usedNumbers.add(number);
    this.#triedNumbers = [];
  }

  #settingsTrouble(seen: SettingsFacts): string[] {
    if (this.#settings === null) return [];
    const text = JSON.stringify(seen);
    const allowed = [this.#settings, this.#settingsTried ?? this.#settings].map((facts) => JSON.stringify(facts));
    return allowed.includes(text) ? [] : [`the settings are ${text}, expected ${allowed.join(' or ')}`];
  }
}
