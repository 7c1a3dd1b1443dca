import { nextStart } from '../../domain/boot-state.ts';
import { BootRecord } from '../../hal/boot/boot-record.ts';
import type { Installer, ReleasePayload } from '../../hal/boot/contract.ts';
import { SlotFolders } from '../../hal/boot/slot-folders.ts';
import { SlotsInstaller } from '../../hal/boot/slots-installer.ts';
import { SimulatedDisk } from '../../hal/disk/simulated-disk.ts';

/** A box that was delivered with release 1.0.0, as its installer meets it. */
export interface InstallerBox {
  /** That of this process life. */
  readonly installer: Installer;
  /** The version that runs. */
  readonly running: string;
  /** A release, verified. */
  payload(version: string): Promise<ReleasePayload>;
  /** The same with a bit that changed on the way to the installer. */
  damaged(version: string): Promise<ReleasePayload>;
  /** A release that is no release for this box. */
  unfit(): Promise<ReleasePayload>;
  /** The terminal ends, and what is due starts: by the launcher, or with the machine. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

const FOLDER = '/upgrade';
const ENTRY = 'till-terminal.cjs';

/** Two folders, and what the launcher does. */
export class SlotsBox implements InstallerBox {
  readonly #disk = new SimulatedDisk();
  readonly #boot = new BootRecord({ disk: this.#disk, folder: FOLDER });
  readonly #slots = new SlotFolders({ disk: this.#disk, folder: FOLDER });
  #installer: SlotsInstaller;

  constructor() {
    const files = [{ path: ENTRY, bytes: Buffer.from('1.0.0') }];
    this.#slots.install('a', { version: '1.0.0', release: null, rollbackIndex: 0, entry: ENTRY }, files);
    this.#installer = this.#started();
  }

  get installer(): Installer {
    return this.#installer;
  }

  get running(): string {
    return Buffer.from(this.#disk.read(`${this.#slots.folderOf(this.#installer.slot)}/${ENTRY}`)).toString();
  }

  payload(version: string): Promise<ReleasePayload> {
    return Promise.resolve({
      format: 'files',
      entry: ENTRY,
      files: [{ path: ENTRY, bytes: Buffer.from(version) }],
    });
  }

  /** Files were checked one by one before: here it is the disk that does not keep what was written. */
  damaged(version: string): Promise<ReleasePayload> {
    this.#disk.inject({ call: 'write', nth: 1, code: 'EIO' });
    return this.payload(version);
  }

  unfit(): Promise<ReleasePayload> {
    return Promise.resolve({ format: 'raucb', path: '/download/of-another-box' });
  }

  restart(): Promise<void> {
    this.#installer = this.#started();
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #started(): SlotsInstaller {
    const next = nextStart(this.#boot.read(), (slot) => this.#slots.installed(slot) !== null);
    if (next === null) throw new Error('nothing could be started');
    if (next.record !== null) this.#boot.write(next.record);
    return new SlotsInstaller({ slot: next.slot, boot: this.#boot, slots: this.#slots });
  }
}
