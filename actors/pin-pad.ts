/** The digits of a PIN, or a manager's code, while it is typed. They live here and nowhere else: no chart, view or log sees them. */
export class PinPad {
  #digits = '';
  #kept = '';

  press(digit: string): void {
    this.#digits += digit;
  }

  /** A code that was scanned in one. */
  replace(code: string): void {
    this.#digits = code;
  }

  erase(): void {
    this.#digits = this.#digits.slice(0, -1);
  }

  forget(): void {
    this.#digits = '';
    this.#kept = '';
  }

  /** Lays the first typing of a new PIN aside. */
  keep(): void {
    this.#kept = this.take();
  }

  /** The new PIN when it was typed the same twice, else null. Both typings are forgotten. */
  takeAgreed(): string | null {
    const [first, second] = [this.#kept, this.#digits];
    this.forget();
    return first === second ? second : null;
  }

  /** Gives the digits out once. */
  take(): string {
    const digits = this.#digits;
    this.#digits = '';
    return digits;
  }
}
