import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { ProgramResult } from '../../hal/program/run-program.ts';
import type { BootLoader } from './boot-loader.ts';

/** One system as RAUC’s status file keeps it. */
interface SlotStatus {
  version: string | null;
  sha256: string | null;
  size: number;
  isWhole: boolean;
  installs: number;
}

const NAMES: Readonly<Record<string, string>> = { A: 'rootfs.0', B: 'rootfs.1' };
const WHEN = '2026-11-23T06:24:17Z';

/** A bundle of the fake: a line with what it says of itself, then the image. */
export function fakeBundle({ version, image }: { readonly version: string; readonly image: string }): Buffer {
  const sha256 = createHash('sha256').update(image).digest('hex');
  return Buffer.from(`${JSON.stringify({ version, sha256 })}\n${image}`);
}

/**
 * The program `rauc` 1.8 as Debian 12 has it, before a boot loader: its words and its exit codes to the byte, as they were recorded from the
 * real one (status, marks, an install that went well, one whose signature is wrong, one of an unknown slot, a service that is not there).
 */
export class FakeRauc {
  /** As system.conf would say `activate-installed=true`. */
  activatesInstalled = false;
  /** The service answers on the bus. */
  isUp = true;
  /** Every call so far. */
  readonly calls: string[] = [];
  readonly #loader: BootLoader;
  #booted: string;
  readonly #slots: Record<string, SlotStatus> = { A: empty(), B: empty() };

  constructor(loader: BootLoader) {
    this.#loader = loader;
    this.#booted = loader.boot();
  }

  /** The machine starts again. */
  reboot(): void {
    this.#booted = this.#loader.boot();
  }

  /** The image that the running system has; null: the one of the factory. */
  get running(): string | null {
    return this.#slots[this.#booted]?.version ?? null;
  }

  run(words: readonly string[]): Promise<ProgramResult> {
    this.calls.push(words.join(' '));
    return Promise.resolve(this.#answer(words));
  }

  #answer(words: readonly string[]): ProgramResult {
    const [word, option = '', which = ''] = words;
    if (!this.isUp) return word === 'install' ? noService(option) : { code: 1, stdout: '', stderr: NO_STATUS };
    if (word === 'install') return this.#install(option);
    if (option.startsWith('mark-')) return this.#mark(option.slice(5), which);
    return done(this.#status());
  }

  #mark(as: string, which: string): ProgramResult {
    const spare = this.#booted === 'A' ? 'B' : 'A';
    const named = Object.keys(NAMES).find((name) => NAMES[name] === which);
    const name = which === 'booted' ? this.#booted : which === 'other' ? spare : named;
    if (name === undefined) {
      const [, kind = '', index = ''] = /^(.*)\.(.*)$/.exec(which) ?? [];
      return { code: 1, stdout: '', stderr: `rauc mark: No slot with class ${kind} and name ${kind}.${index} found\n` };
    }
    if (as === 'active') this.#loader.makePrimary(name);
    else this.#loader.mark(name, as === 'good');
    const words = as === 'active' ? `activated slot ${NAMES[name]}` : `marked slot ${NAMES[name]} as ${as}`;
    return done(`rauc status: ${words}\n`);
  }

  #install(path: string): ProgramResult {
    if (!existsSync(path)) return { code: 1, stdout: '', stderr: `No such file: ${path}\n` };
    const bytes = readFileSync(path);
    const end = bytes.indexOf(0x0a);
    const { version, sha256 } = JSON.parse(bytes.toString('utf8', 0, end)) as { version: string; sha256: string };
    const image = bytes.subarray(end + 1);
    if (createHash('sha256').update(image).digest('hex') !== sha256) {
      const why = 'signature verification failed: error:1700009E:CMS routines::verification failure';
      return { code: 1, stdout: UNSIGNED + `LastError: ${why}\n`, stderr: `Installing \`${path}\` failed\n` };
    }
    const spare = this.#booted === 'A' ? 'B' : 'A';
    const installs = (this.#slots[spare]?.installs ?? 0) + 1;
    this.#loader.mark(spare, false);
    this.#slots[spare] = { version, sha256, size: image.length, isWhole: true, installs };
    if (this.activatesInstalled) this.#loader.makePrimary(spare);
    return done(INSTALLED + `Installing \`${path}\` succeeded\n`);
  }

  #status(): string {
    const { primary } = this.#loader;
    const slots = ['B', 'A'].map((name) => ({ [NAMES[name] ?? '']: this.#slotOf(name) }));
    const facts = { compatible: 'TILL_T1', variant: '', booted: this.#booted };
    return `${JSON.stringify({ ...facts, boot_primary: primary === null ? null : NAMES[primary], slots })}\n`;
  }

  #slotOf(name: string): object {
    const { version, sha256, size, isWhole, installs } = this.#slots[name] ?? empty();
    const filled =
      version === null
        ? { bundle: { compatible: null } }
        : {
            bundle: { compatible: 'TILL_T1', version },
            checksum: { sha256, size },
            installed: { timestamp: WHEN, count: installs },
            ...(isWhole && { status: 'ok' }),
          };
    return {
      class: 'rootfs',
      device: `/dev/${NAMES[name]}`,
      type: 'raw',
      bootname: name,
      state: name === this.#booted ? 'booted' : 'inactive',
      parent: null,
      mountpoint: null,
      boot_status: this.#loader.left(name) > 0 ? 'good' : 'bad',
      slot_status: filled,
    };
  }
}

const empty = (): SlotStatus => ({ version: null, sha256: null, size: 0, isWhole: false, installs: 0 });
const done = (stdout: string): ProgramResult => ({ code: 0, stdout, stderr: '' });

const NAME = 'The name de.pengutronix.rauc was not provided by any .service files';
const NO_STATUS =
  `\n(rauc:23738): rauc-WARNING **: 06:29:28.098: ${NAME}\n` +
  `Error retrieving slot status via D-Bus: error calling D-Bus method "GetSlotStatus": ${NAME}\n`;

function noService(path: string): ProgramResult {
  const stderr =
    `Failed GDBus.Error:org.freedesktop.DBus.Error.ServiceUnknown: ${NAME}\n` +
    `D-Bus error while installing \`${path}\`\n`;
  return { code: 2, stdout: '', stderr };
}

const UNSIGNED = `installing
  0% Installing
  0% Determining slot states
 20% Determining slot states done.
 20% Checking bundle
 20% Verifying signature
 40% Verifying signature failed.
 40% Checking bundle failed.
100% Installing failed.
`;

const INSTALLED = `installing
  0% Installing
  0% Determining slot states
 20% Determining slot states done.
 20% Checking bundle
 20% Verifying signature
 40% Verifying signature done.
 40% Checking bundle done.
 40% Checking manifest contents
 60% Checking manifest contents done.
 60% Determining target install group
 80% Determining target install group done.
 80% Updating slots
 80% Checking slot rootfs.1
 90% Checking slot rootfs.1 done.
 90% Copying image to rootfs.1
 99% Copying image to rootfs.1 done.
 99% Updating slots done.
100% Installing done.
`;
