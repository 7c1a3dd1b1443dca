import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildBundleRelease } from '../../deploy/release/release-tasks.ts';
import { makeBundle } from '../../deploy/release/rauc-bundle.ts';
import { openCertificates } from '../../simulator/gateway/certificates.ts';
import { FileServer } from '../../test/support/file-server.ts';
import { ReleaseWorkshop } from '../../test/support/release-workshop.ts';
import { selfSigned } from '../../test/support/self-signed.ts';
import { HOST } from './day.ts';
import { COMPATIBLE } from './upgrade-image.ts';

const BYTES_PER_MIB = 1 << 20;
/** Into the bundle, where the changed byte stands: well within the image. */
const CHANGED_AT = 0.4;

/** The vendor of the lab: makes bundles and releases, and hands them out over HTTPS. */
export class UpgradeServer {
  /** Certificate (PEM file) whose bundles a box takes. */
  readonly keyring: string;
  /** As the box reaches it. */
  readonly url: string;
  readonly caPem: string;
  readonly #folder: string;
  readonly #workshop: ReleaseWorkshop;
  readonly #server: FileServer;

  private constructor(folder: string, workshop: ReleaseWorkshop, server: FileServer, caPem: string) {
    this.#folder = folder;
    this.#workshop = workshop;
    this.#server = server;
    this.caPem = caPem;
    this.keyring = join(folder, 'vendor.cert.pem');
    this.url = server.url.replace('127.0.0.1', HOST);
  }

  /** @param folder a new one, for keys, bundles and the repository */
  static async open(folder: string, nowMs: number): Promise<UpgradeServer> {
    const { cert, key } = await selfSigned('CN=Till lab vendor');
    const workshop = new ReleaseWorkshop(folder);
    writeFileSync(join(folder, 'vendor.cert.pem'), cert);
    writeFileSync(join(folder, 'vendor.key.pem'), key);
    const { right, caPem } = await openCertificates(join(folder, 'tls'), ['127.0.0.1', HOST], nowMs);
    const server = await FileServer.start(workshop.repositoryFolder, right);
    return new UpgradeServer(folder, workshop, server, caPem);
  }

  /** The root that the box is delivered with. */
  get rootFile(): string {
    return this.#workshop.repository.rootFile();
  }

  /** Makes a bundle of a system. @returns its file and its size in words */
  bundle(image: string, version: string): { readonly file: string; readonly size: string } {
    const file = join(this.#folder, `${version}.raucb`);
    const [cert, key] = [this.keyring, join(this.#folder, 'vendor.key.pem')];
    makeBundle({ image, version, compatible: COMPATIBLE, cert, key, file });
    return { file, size: `${(readFileSync(file).length / BYTES_PER_MIB).toFixed(1)} MiB` };
  }

  /** The same bundle with one bit of its image the other way round; manifest, hashes and signature are as they were. @returns its file */
  changed(file: string): string {
    const other = `${file}.changed`;
    copyFileSync(file, other);
    const bytes = readFileSync(other);
    const at = Math.trunc(bytes.length * CHANGED_AT);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(other, bytes);
    return other;
  }

  /** Signs a release with all keys, and hands it out. */
  publish(file: string, version: string): void {
    const words = { version, rollbackIndex: 0, hw: ['*'], minFrom: null, notes: '' };
    buildBundleRelease(this.#workshop.repository, file, words);
    this.#workshop.signAll();
    this.#workshop.publish();
  }

  close(): Promise<void> {
    return this.#server.close();
  }
}
