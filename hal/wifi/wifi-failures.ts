import { TerminalFailure } from '../../domain/failure.ts';

/** Not in reach: worth another try. */
export const notFound = (ssid: string): TerminalFailure =>
  new TerminalFailure('wifi.not-found', `no network named ${ssid} is in reach`, { retryable: true });

/** The network let nobody in: the same passphrase will not do. */
export const refused = (ssid: string): TerminalFailure =>
  new TerminalFailure('wifi.refused', `${ssid} refused the passphrase`);

/** Anything else, in words: worth another try. */
export const failed = (why: string): TerminalFailure => new TerminalFailure('wifi.failed', why, { retryable: true });
