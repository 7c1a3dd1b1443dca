import type { SlotName } from '../../domain/boot-state.ts';
import type { Disk } from '../disk/contract.ts';
import { CheckedFile } from './checked-file.ts';

/** What RAUC does not know of an image that it wrote. */
export interface ImageNote {
  /** SHA-256 of the bundle, as the signed metadata names it. */
  readonly release: string;
  readonly rollbackIndex: number;
  /** SHA-256 of the image: another one was not written by us. */
  readonly checksum: string;
}

/** Notes of one box. */
export interface Notes {
  readonly images: Readonly<Record<SlotName, ImageNote | null>>;
  /** The machine’s start in which the last trial was ordered; null: none was. */
  readonly orderedIn: string | null;
}

const NONE: Notes = { images: { a: null, b: null }, orderedIn: null };

/** The notes in a file of their own, replaced atomically. */
export class ImageNotes {
  readonly #file: CheckedFile;

  constructor({ disk, folder }: { readonly disk: Disk; readonly folder: string }) {
    this.#file = new CheckedFile({ disk, folder, name: 'images' });
  }

  /** Damaged notes are none: then nothing is known of the images. @throws what the disk throws */
  read(): Notes {
    const value = fieldsOf(this.#file.read());
    const { a, b } = fieldsOf(value['images']);
    const { orderedIn } = value;
    return value['images'] === undefined
      ? NONE
      : { images: { a: noteOf(a), b: noteOf(b) }, orderedIn: typeof orderedIn === 'string' ? orderedIn : null };
  }

  /** @throws what the disk throws; then the earlier notes still stand */
  write(notes: Notes): void {
    this.#file.write(notes);
  }
}

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

function noteOf(value: unknown): ImageNote | null {
  const { release, rollbackIndex, checksum } = fieldsOf(value);
  const isIndex = typeof rollbackIndex === 'number' && Number.isSafeInteger(rollbackIndex);
  return typeof release === 'string' && isIndex && typeof checksum === 'string'
    ? { release, rollbackIndex, checksum }
    : null;
}
