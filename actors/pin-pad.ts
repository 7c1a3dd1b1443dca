/** The digits of a PIN while it is typed. They live here and nowhere else: no chart, view or log sees them. */
export class PinPad {
  #digits = '';

  press(digit: string): void {
    this.#digits += digit;
  }

  erase(): void {
    this.#digits = this.#digits.slice(0, -1);
  }

  forget(): void {
    this.#digits = '';
  }

  /** Gives the digits out once. */
  take(): string {
    const digits = this.#digits;
    this.#digits = '';
    return digits;
  }
}
