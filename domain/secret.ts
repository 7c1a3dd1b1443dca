/**
 * A value that must never reach a log, a screen, a snapshot, telemetry or git.
 * Serialising or printing it gives a mask; `reveal()` is the one way to the text, so that every use can be found.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return '***';
  }

  toJSON(): string {
    return '***';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return 'Secret(***)';
  }
}
