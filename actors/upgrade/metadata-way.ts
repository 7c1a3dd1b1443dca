import type { Fetcher } from 'tuf-js';
import { UpgradeTrouble } from '../../domain/upgrade-trouble.ts';
import type { UpgradeReason } from '../../domain/upgrade-reason.ts';
import { withCode } from './coded-trouble.ts';
import { SourceTrouble, type ReleaseSource } from './release-source.ts';

/** The client insists on URLs; names are what a source takes. */
export const NOWHERE = 'https://repository.invalid/';
const METADATA_BYTES_MAX = 2 * 1024 * 1024;

/** The metadata client's way out, through our source: bounded, and "no such file" in the words that it knows. */
export class MetadataWay implements Fetcher {
  readonly #source: ReleaseSource;
  readonly #signal: AbortSignal;
  /** What the source threw last: the client puts it into a sentence of its own. Null: it never did. */
  trouble: Error | null = null;

  constructor(source: ReleaseSource, signal: AbortSignal) {
    this.#source = source;
    this.#signal = signal;
  }

  async downloadBytes(url: string, bytesMax: number): Promise<Buffer> {
    try {
      const name = url.slice(NOWHERE.length);
      const bytes = await this.#source.read(name, Math.min(bytesMax, METADATA_BYTES_MAX), this.#signal);
      refuseSwallowedKeys(bytes, name);
      return bytes;
    } catch (error) {
      if (!(error instanceof SourceTrouble) || error.status !== 404) {
        const coded = withCode(error);
        this.trouble = coded instanceof Error ? coded : new Error(String(coded));
        throw error;
      }
      const { DownloadHTTPError } = await import('tuf-js/dist/error.js');
      throw new DownloadHTTPError(error.message, error.status);
    }
  }

  downloadFile(): Promise<never> {
    return Promise.reject(new Error('releases are downloaded by the terminal itself'));
  }
}

/** The client's objects swallow a key `__proto__`: it would stand in the bytes that are kept, and no signature would cover it. */
function refuseSwallowedKeys(bytes: Buffer, name: string): void {
  try {
    JSON.parse(bytes.toString('utf8'), (key, value: unknown) => {
      if (key === '__proto__') throw new SourceTrouble(422, `${name} has a key __proto__, which no signature covers`);
      return value;
    });
  } catch (error) {
    // What is not JSON at all the client refuses in its own words.
    if (error instanceof SourceTrouble) throw error;
  }
}

/** The client wraps its own errors in each other's texts: their sentences are all that is left of them. */
const SENTENCES: readonly (readonly [sentence: RegExp, reason: UpgradeReason])[] = [
  [/signed by \d+\/\d+ keys/, 'signature'],
  [/expired/i, 'expired'],
  [/ version/i, 'replayed'],
  [/\b404\b|there is no /, 'absent'],
];

/** Why the metadata was refused. */
export function metadataTrouble(error: unknown): UpgradeTrouble {
  const words = error instanceof Error ? error.message : String(error);
  const reason = SENTENCES.find(([sentence]) => sentence.test(words))?.[1] ?? 'metadata';
  return new UpgradeTrouble(reason, words, { cause: error });
}
