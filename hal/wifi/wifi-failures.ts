import { TerminalFailure } from '../../domain/failure.ts';

export const notFound = (ssid: string): TerminalFailure =>
  new TerminalFailure('wifi.not-found', `no network named ${ssid} is in reach`, { retryable: true });

export const refused = (ssid: string): TerminalFailure =>
  new TerminalFailure('wifi.refused', `${ssid} refused the passphrase`);

export const failed = (why: string): TerminalFailure => new TerminalFailure('wifi.failed', why, { retryable: true });
