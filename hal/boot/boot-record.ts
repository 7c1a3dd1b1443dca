import { createHash } from 'node:crypto';
import { SLOT_NAMES, type BootState, type RolledBack, type SlotName, type Trial } from '../../domain/boot-state.ts';
import type { Disk } from '../disk/contract.ts';
import type { BootStore } from './contract.ts';

const FILE_BYTES_MAX = 16 * 1024;

/** The record in one file of two lines, a checksum and JSON, replaced by write, fsync, rename and fsync of the folder. */
export class BootRecord implements BootStore {
  readonly #disk: Disk;
  readonly #folder: string;

  constructor({ disk, folder }: { readonly disk: Disk; readonly folder: string }) {
    this.#disk = disk;
    this.#folder = folder;
  }

  read(): BootState | null {
    const path = `${this.#folder}/boot`;
    return this.#disk.exists(path) ? decode(this.#disk.read(path)) : null;
  }

  write(state: BootState): void {
    this.#disk.makeFolder(this.#folder);
    const draft = `${this.#folder}/boot.new`;
    if (this.#disk.exists(draft)) this.#disk.remove(draft);
    const file = this.#disk.open(draft, 0o600);
    try {
      file.write(encode(state), 0);
      file.sync();
    } finally {
      file.close();
    }
    this.#disk.rename(draft, `${this.#folder}/boot`);
    this.#disk.syncFolder(this.#folder);
  }
}

const checksumOf = (body: string): string => createHash('sha256').update(body, 'utf8').digest('hex');

function encode(state: BootState): Uint8Array {
  const body = JSON.stringify(state);
  return Buffer.from(`${checksumOf(body)}\n${body}\n`, 'utf8');
}

function decode(bytes: Uint8Array): BootState | null {
  if (bytes.length > FILE_BYTES_MAX) return null;
  const [checksum, body] = Buffer.from(bytes).toString('utf8').split('\n');
  if (body === undefined || checksum !== checksumOf(body)) return null;
  try {
    return bootStateOf(JSON.parse(body));
  } catch {
    return null;
  }
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isSlot = (value: unknown): value is SlotName => SLOT_NAMES.some((slot) => slot === value);
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value);
const isText = (value: unknown): value is string => typeof value === 'string';

/** A right checksum over fields of another shape is a record of some other release: as good as none. */
function bootStateOf(value: unknown): BootState | null {
  if (!isFields(value) || !isSlot(value['active']) || !Array.isArray(value['failed'])) return null;
  const { active, failed, trial, rolledBack } = value;
  if (!failed.every(isText)) return null;
  const tried = trial === null ? null : trialOf(trial);
  const gone = rolledBack === null ? null : rolledBackOf(rolledBack);
  return tried === undefined || gone === undefined ? null : { active, failed, trial: tried, rolledBack: gone };
}

function trialOf(value: unknown): Trial | undefined {
  if (!isFields(value)) return undefined;
  const { slot, release, version, boots, attempts, deadlineMs, provesGateway } = value;
  if (!isSlot(slot) || !isText(release) || !isText(version)) return undefined;
  if (!isCount(boots) || !isCount(attempts) || !isCount(deadlineMs)) return undefined;
  return { slot, release, version, boots, attempts, deadlineMs, provesGateway: provesGateway === true };
}

function rolledBackOf(value: unknown): RolledBack | undefined {
  if (!isFields(value)) return undefined;
  const { release, version, why } = value;
  return isText(release) && isText(version) && isText(why) ? { release, version, why } : undefined;
}
