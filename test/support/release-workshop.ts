import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packRelease, type PackedFile } from '../../actors/upgrade/release-package.ts';
import { createKeys } from '../../deploy/release/key-folder.ts';
import { ReleaseRepository } from '../../deploy/release/repository.ts';
import { SigningKey } from '../../deploy/release/signing-key.ts';
import type { ReleasePayload } from '../../hal/boot/contract.ts';

/** Somebody who makes releases: a repository and its keys in one folder. */
export class ReleaseWorkshop {
  readonly folder: string;
  readonly repositoryFolder: string;
  readonly repository: ReleaseRepository;

  constructor(folder: string, nowMs: () => number = Date.now) {
    this.folder = folder;
    this.repositoryFolder = join(folder, 'repository');
    this.repository = new ReleaseRepository({ folder: this.repositoryFolder, nowMs });
    mkdirSync(join(folder, 'keys'), { recursive: true });
    this.repository.begin(createKeys(join(folder, 'keys')));
    this.signAll();
    this.publish();
  }

  key(name: string): SigningKey {
    return SigningKey.read(join(this.folder, 'keys', `${name}.pem`));
  }

  /** Puts a release into the draft. */
  add(version: string, options: { files?: readonly PackedFile[]; rollbackIndex?: number; hw?: string[] } = {}): void {
    const entry = 'till-terminal.cjs';
    const files = options.files ?? [{ path: entry, bytes: Buffer.from(`program ${version}`, 'utf8') }];
    const { rollbackIndex = 1, hw = ['*'] } = options;
    const custom = { version, rollbackIndex, hw, minFrom: null, delta: {}, notes: '' };
    this.repository.add([{ path: `till-${version}.zst`, bytes: packRelease({ version, entry, files }), custom }]);
  }

  /** Puts a RAUC bundle of this version into the draft. */
  async addBundle(maker: { payload(version: string): Promise<ReleasePayload> }, version: string): Promise<void> {
    const payload = await maker.payload(version);
    if (payload.format !== 'raucb') throw new Error('a bundle is needed');
    const custom = { version, rollbackIndex: 1, hw: ['*'], minFrom: null, format: 'raucb', delta: {}, notes: '' };
    this.repository.add([{ path: `till-${version}.raucb`, bytes: readFileSync(payload.path), custom }]);
  }

  signAll(): void {
    for (const name of ['root-1', 'root-2', 'targets-1', 'targets-2']) this.repository.sign(this.key(name));
  }

  publish(): void {
    this.repository.publish([this.key('snapshot-1'), this.key('timestamp-1')]);
  }

  /** Adds, signs and publishes. */
  release(version: string, options: Parameters<ReleaseWorkshop['add']>[1] = {}): void {
    this.add(version, options);
    this.signAll();
    this.publish();
  }
}
