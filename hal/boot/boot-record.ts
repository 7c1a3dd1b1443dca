import { SLOT_NAMES, type BootState, type RolledBack, type SlotName, type Trial } from '../../domain/boot-state.ts';
import type { Disk } from '../disk/contract.ts';
import { CheckedFile } from './checked-file.ts';
import type { BootStore } from './contract.ts';

/** The record in a file of its own, replaced atomically. */
export class BootRecord implements BootStore {
  readonly #file: CheckedFile;

  constructor({ disk, folder }: { readonly disk: Disk; readonly folder: string }) {
    this.#file = new CheckedFile({ disk, folder, name: 'boot' });
  }

  read(): BootState | null {
    return bootStateOf(this.#file.read());
  }

  write(state: BootState): void {
    this.#file.write(state);
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
  // An earlier release told no code.
  const reason = isText(value['reason']) ? value['reason'] : null;
  return isText(release) && isText(version) && isText(why) ? { release, version, reason, why } : undefined;
}
