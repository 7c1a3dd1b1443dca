import { UpgradeTrouble } from '../../domain/upgrade-trouble.ts';
import { dirname } from 'node:path/posix';
import type { SlotName } from '../../domain/boot-state.ts';
import type { Disk } from '../disk/contract.ts';
import type { InstalledRelease, ReleaseFile, Slots } from './contract.ts';

const SEAL = 'release.json';
const SEAL_BYTES_MAX = 256 * 1024;

/** Two folders beside the boot record. A slot is sealed by a list of its files, written last and removed first. */
export class SlotFolders implements Slots {
  readonly #disk: Disk;
  readonly #folder: string;

  constructor({ disk, folder }: { readonly disk: Disk; readonly folder: string }) {
    this.#disk = disk;
    this.#folder = folder;
  }

  /** The folder of a slot. */
  folderOf(slot: SlotName): string {
    return `${this.#folder}/slots/${slot}`;
  }

  installed(slot: SlotName): InstalledRelease | null {
    const folder = this.folderOf(slot);
    if (!this.#disk.exists(`${folder}/${SEAL}`)) return null;
    const seal = sealOf(this.#disk.read(`${folder}/${SEAL}`));
    return seal?.files.every((file) => this.#disk.exists(`${folder}/${file}`)) === true ? seal : null;
  }

  content(slot: SlotName): { version: string; entry: string; files: readonly ReleaseFile[] } | null {
    const seal = this.installed(slot);
    if (seal === null) return null;
    const files = seal.files.map((path) => ({ path, bytes: this.#disk.read(`${this.folderOf(slot)}/${path}`) }));
    return { version: seal.version, entry: seal.entry, files };
  }

  install(slot: SlotName, release: Omit<InstalledRelease, 'files'>, files: readonly ReleaseFile[]): void {
    const disk = this.#disk;
    const folder = this.folderOf(slot);
    const before = this.installed(slot)?.files ?? [];
    disk.makeFolder(folder);
    if (disk.exists(`${folder}/${SEAL}`)) {
      disk.remove(`${folder}/${SEAL}`);
      disk.syncFolder(folder);
    }
    const paths = files.map(({ path }) => path);
    for (const path of before) if (!paths.includes(path)) disk.remove(`${folder}/${path}`);
    for (const { path, bytes } of files) this.#write(`${folder}/${path}`, bytes);
    for (const parent of new Set(paths.map((path) => dirname(`${folder}/${path}`)))) disk.syncFolder(parent);
    const seal: InstalledRelease = { ...release, files: paths };
    this.#write(`${folder}/${SEAL}`, Buffer.from(JSON.stringify(seal), 'utf8'));
    disk.syncFolder(folder);
  }

  #write(path: string, bytes: Uint8Array): void {
    this.#disk.makeFolder(dirname(path));
    const file = this.#disk.open(path);
    try {
      file.truncate(0);
      file.write(bytes, 0);
      file.sync();
    } finally {
      file.close();
    }
    if (Buffer.compare(this.#disk.read(path), bytes) !== 0)
      throw new UpgradeTrouble('disk', `${path} was not written as it should be`);
  }
}

function sealOf(bytes: Uint8Array): InstalledRelease | null {
  if (bytes.length > SEAL_BYTES_MAX) return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    if (typeof value !== 'object' || value === null) return null;
    const { version, release, rollbackIndex, entry, files } = value as Readonly<Record<string, unknown>>;
    if (typeof version !== 'string' || typeof entry !== 'string' || typeof rollbackIndex !== 'number') return null;
    if (release !== null && typeof release !== 'string') return null;
    if (!Array.isArray(files) || !files.every((file): file is string => typeof file === 'string')) return null;
    return files.includes(entry) ? { version, release, rollbackIndex, entry, files } : null;
  } catch {
    return null;
  }
}
