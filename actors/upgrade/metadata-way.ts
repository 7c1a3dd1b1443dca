import { isDeepStrictEqual } from 'node:util';
import { Metadata, MetadataKind } from '@tufjs/models';
import type { Fetcher } from 'tuf-js';
import { UpgradeTrouble } from '../../domain/upgrade-trouble.ts';
import type { UpgradeReason } from '../../domain/upgrade-reason.ts';
import { withCode } from './coded-trouble.ts';
import { SourceTrouble, type ReleaseSource } from './release-source.ts';

/** The client insists on URLs; names are what a source takes. */
export const NOWHERE = 'https://repository.invalid/';
type JsonObject = Parameters<typeof Metadata.fromJSON>[1];

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
      refuseUncovered(bytes, name);
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

/** `metadata/3.root.json`: the role that signed it. */
const ROLE_FILE = /(?:^|\/)(?:\d+\.)?(root|timestamp|snapshot|targets)\.json$/;

/**
 * The client checks signatures over what it made of the bytes: it swallows keys `__proto__`, and puts its own value in the place of an
 * empty one. The bytes are what is kept. So they must say what was signed, and nothing else.
 * @throws SourceTrouble when they do not; what the client itself refuses, it refuses in its own words
 */
function refuseUncovered(bytes: Buffer, name: string): void {
  const uncovered = new SourceTrouble(422, `${name} says something that no signature covers`);
  const role = ROLE_FILE.exec(name)?.[1];
  const kind = Object.values(MetadataKind).find((one) => one === role);
  let said: JsonObject;
  let understood: unknown = null;
  try {
    said = JSON.parse(bytes.toString('utf8'), (key, value: unknown) => {
      if (key === '__proto__') throw uncovered;
      return value;
    }) as JsonObject;
    // What is not there is undefined in the client's objects, and nothing in JSON.
    if (kind !== undefined) understood = JSON.parse(JSON.stringify(understoodBy(kind, said)));
  } catch (error) {
    if (error === uncovered) throw error;
    return;
  }
  if (kind !== undefined && !isDeepStrictEqual(understood, said['signed'])) throw uncovered;
}

/** What the client checks the signatures over. @throws what it refuses the metadata with */
function understoodBy(kind: MetadataKind, said: JsonObject): unknown {
  // One signature for each kind: what is thrown and what is read is the same for all.
  return Metadata.fromJSON(kind as MetadataKind.Root, said).signed.toJSON();
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
