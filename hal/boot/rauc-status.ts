import { otherSlot, type SlotName } from '../../domain/boot-state.ts';

/** One of the two systems, as `rauc status` has it. */
export interface RaucSlot {
  /** As `system.conf` calls it, e.g. `rootfs.0`. */
  readonly name: string;
  /** What the bundle that filled it calls itself; null: it came with the box. */
  readonly version: string | null;
  /** SHA-256 of its image; null: not known. */
  readonly checksum: string | null;
  /** RAUC wrote it to its end. */
  readonly isWhole: boolean;
}

/** The two systems of a box: `a` and `b` in the order of their names. */
export interface RaucStatus {
  readonly booted: SlotName;
  /** What the boot loader takes next; null when it cannot tell. */
  readonly primary: SlotName | null;
  readonly slots: Readonly<Record<SlotName, RaucSlot>>;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads `rauc status --detailed --output-format=json`.
 * @throws Error in words when it is something else, or the box has not two systems of one class
 */
export function raucStatusOf(text: string): RaucStatus {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Error('rauc status gave no JSON: is the service of RAUC running?', { cause });
  }
  const { slots, boot_primary: primary } = fieldsOf(value);
  const all = (Array.isArray(slots) ? slots : []).flatMap((one) => Object.entries(fieldsOf(one)));
  const named = all.map(([name, facts]) => ({ name, facts: fieldsOf(facts) }));
  const running = named.find(({ facts }) => facts['state'] === 'booted');
  if (running === undefined) throw new Error('rauc does not know which system runs: see bootname in its system.conf');
  const alike = named
    .filter(({ facts }) => facts['class'] === running.facts['class'] && typeof facts['bootname'] === 'string')
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const [a, b] = alike;
  if (a === undefined || b === undefined || alike.length !== 2)
    throw new Error(`rauc has ${alike.length} systems that can be started: two are needed`);
  const booted = a === running ? 'a' : 'b';
  const first = primary === a.name ? 'a' : primary === b.name ? 'b' : null;
  return { booted, primary: first, slots: { a: slotOf(a), b: slotOf(b) } };
}

/** The system that does not run. */
export const spareOf = ({ booted }: RaucStatus): SlotName => otherSlot(booted);

function slotOf({ name, facts }: { readonly name: string; readonly facts: Fields }): RaucSlot {
  const status = fieldsOf(facts['slot_status']);
  const { version } = fieldsOf(status['bundle']);
  const { sha256 } = fieldsOf(status['checksum']);
  return {
    name,
    version: typeof version === 'string' ? version : null,
    checksum: typeof sha256 === 'string' ? sha256 : null,
    isWhole: status['status'] === 'ok',
  };
}

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
