import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { readFileSync, statSync } from 'node:fs';
import type { Clock } from '../../../hal/clock/contract.ts';
import type { FleetLog } from '../log.ts';

const LOOK_AGAIN_MS = 2_000;

/** A serial number in the one form that compares. */
export function serialKey(serial: string): string {
  return serial.toLowerCase().replace(/^(?:0x)?0*/, '');
}

/** Which list is watched, whose signature it must bear, and whom to tell. */
export interface RevocationParts {
  /** Path of the PEM file. */
  readonly crlFile: string;
  readonly caPem: string;
  readonly clock: Clock;
  readonly log: FleetLog;
  /** Called after the list changed. */
  readonly onChange: () => void;
}

/** The certificates that are worth nothing any more, read again whenever the CA writes its list anew. */
export class RevocationList {
  readonly #parts: RevocationParts;
  #serials: ReadonlySet<string> = new Set();
  #version = '';
  #timer: unknown = null;
  #stopped = false;

  constructor(parts: RevocationParts) {
    this.#parts = parts;
  }

  /** @throws Error when the list cannot be read, or its signature is not the CA's: without it nobody may come in */
  async open(): Promise<void> {
    x509.cryptoProvider.set(crypto);
    await this.#read();
    this.#watch();
  }

  isRevoked(serial: string): boolean {
    return this.#serials.has(serialKey(serial));
  }

  close(): void {
    this.#stopped = true;
    this.#parts.clock.clearTimeout(this.#timer);
  }

  #watch(): void {
    const { clock, log, onChange } = this.#parts;
    if (this.#stopped) return;
    this.#timer = clock.setTimeout(() => {
      this.#read()
        .then((changed) => (changed ? onChange() : undefined))
        // The list that was read last goes on being believed.
        .catch((error: unknown) => {
          log.error(
            { reason: error instanceof Error ? error.message : String(error) },
            'the list of revoked certificates',
          );
        })
        .finally(() => this.#watch());
    }, LOOK_AGAIN_MS);
  }

  /** True when there was something new. */
  async #read(): Promise<boolean> {
    const { crlFile, caPem } = this.#parts;
    const { mtimeMs, size, ino } = statSync(crlFile);
    const version = `${mtimeMs} ${size} ${ino}`;
    if (version === this.#version) return false;
    const crl = new x509.X509Crl(readFileSync(crlFile, 'utf8'));
    const isSigned = await crl.verify({ publicKey: new x509.X509Certificate(caPem) });
    if (!isSigned) throw new Error(`${crlFile} is not signed by the CA`);
    this.#serials = new Set(crl.entries.map(({ serialNumber }) => serialKey(serialNumber)));
    this.#version = version;
    return true;
  }
}
