/** Every expected failure, grouped by the layer that reports it. A failure that is not listed here is a bug (a crash). */
export const FAILURE_CODES = [
  'storage.failed',
  'storage.corrupt',
  'storage.locked',
  'gateway.not-sent',
  'gateway.unknown',
  'configuration.invalid',
  'configuration.missing',
  'order-number.exhausted',
  'printer.out-of-paper',
  'printer.cover-open',
  'printer.unplugged',
  'printer.failed',
  'printer.interrupted',
  'speaker.failed',
  'screen.failed',
  'scanner.failed',
  'wifi.not-found',
  'wifi.refused',
  'wifi.failed',
] as const;

/** A code that callers may branch on: the layer, then what failed in it, e.g. `storage.failed`. */
export type FailureCode = (typeof FAILURE_CODES)[number];

/** An expected failure: typed, with what was wrong in words and whether doing the same again may help. */
export class TerminalFailure extends Error {
  override readonly name = 'TerminalFailure';
  readonly code: FailureCode;
  readonly retryable: boolean;

  constructor(code: FailureCode, message: string, options: { retryable?: boolean; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}

/** Narrows an unknown error to a failure with one of these codes (any code when none is named). */
export function isFailure(error: unknown, ...codes: FailureCode[]): error is TerminalFailure {
  return error instanceof TerminalFailure && (codes.length === 0 || codes.includes(error.code));
}
