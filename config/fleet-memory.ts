import * as v from 'valibot';
import { DurableFile, type SettingsDisk } from './durable-file.ts';

/** Commands whose ids are remembered; see the fleet contract. */
const COMMANDS_MAX = 256;
/** Leaves room below the size of a durable file for its own frame. */
const DOCUMENT_BYTES_MAX = 60 * 1024;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const object = v.record(v.string(), v.unknown());

const commandSchema = v.looseObject({
  id: v.pipe(v.string(), v.maxLength(64)),
  op: v.pipe(v.string(), v.maxLength(32)),
  n: count,
  st: v.picklist(['accepted', 'progress', 'done', 'failed', 'rejected', 'expired']),
  why: v.nullable(v.pipe(v.string(), v.maxLength(120))),
  res: v.nullable(object),
});

const jobSchema = v.looseObject({
  job: v.pipe(v.string(), v.maxLength(64)),
  ver: count,
  version: v.pipe(v.string(), v.maxLength(64)),
  n: count,
  st: v.pipe(v.string(), v.maxLength(32)),
  /** Absent in what an earlier release remembered. */
  reason: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(32))), null),
  why: v.pipe(v.string(), v.maxLength(200)),
});

const schema = v.looseObject({
  version: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  /** How far the service is known to have committed; a hint that saves sending again. */
  acknowledged: v.nullable(v.looseObject({ e: v.pipe(v.string(), v.maxLength(32)), s: count })),
  configuration: v.nullable(v.looseObject({ ver: count, hash: v.pipe(v.string(), v.maxLength(64)), doc: object })),
  /** The upgrade job that was taken last, and what was told of it last; absent before the first. */
  job: v.optional(v.nullable(jobSchema), null),
  /** Oldest first. */
  commands: v.pipe(v.array(commandSchema), v.maxLength(COMMANDS_MAX)),
});

/** What the fleet link must know after a restart. No money hangs on it. */
export type FleetMemory = v.InferOutput<typeof schema>;
/** A command as it is remembered: enough to answer a repeat. */
export type RememberedCommand = v.InferOutput<typeof commandSchema>;
/** An upgrade job as it is remembered: a restart lies between its beginning and its end. */
export type RememberedJob = v.InferOutput<typeof jobSchema>;

const FRESH: FleetMemory = { version: 1, acknowledged: null, configuration: null, job: null, commands: [] };

/** The durable memory of the fleet link: one small document in two generations. */
export class FleetMemoryStore {
  readonly #file: DurableFile<FleetMemory>;
  /** What was found damaged at opening. */
  readonly warnings: readonly string[];
  #current: FleetMemory;

  /** @internal Use `openFleetMemory`. */
  constructor(file: DurableFile<FleetMemory>, current: FleetMemory, warnings: readonly string[]) {
    this.#file = file;
    this.#current = current;
    this.warnings = warnings;
  }

  current(): FleetMemory {
    return this.#current;
  }

  /** Durable when it resolves. The oldest commands make room. @throws TerminalFailure `storage.failed`; memory stays as it was then */
  async save(changes: Partial<FleetMemory>): Promise<void> {
    const next = bounded({ ...this.#current, ...changes });
    await this.#file.write(next);
    this.#current = next;
  }
}

/**
 * Opens the memory, fresh at the first start. A damaged one is begun anew with a warning: a terminal takes payments without it.
 * @throws TerminalFailure `storage.failed` when the disk cannot be read
 */
export async function openFleetMemory(options: {
  readonly disk: SettingsDisk;
  readonly folder: string;
}): Promise<FleetMemoryStore> {
  const file = new DurableFile<FleetMemory>({ ...options, name: 'memory' });
  let read: unknown;
  try {
    read = await file.read();
  } catch (error) {
    const damaged = error instanceof Error && 'code' in error && error.code === 'storage.corrupt';
    if (!damaged) throw error;
    return new FleetMemoryStore(file, FRESH, ['the memory of the fleet link was damaged and is begun anew']);
  }
  if (read === null) return new FleetMemoryStore(file, FRESH, file.warnings);
  const checked = v.safeParse(schema, read);
  if (checked.success) return new FleetMemoryStore(file, checked.output, file.warnings);
  return new FleetMemoryStore(file, FRESH, [
    'the memory of the fleet link does not fit this release and is begun anew',
  ]);
}

function bounded(document: FleetMemory): FleetMemory {
  let commands = document.commands.slice(-COMMANDS_MAX);
  const bytes = (): number => Buffer.byteLength(JSON.stringify({ ...document, commands }), 'utf8');
  if (bytes() > DOCUMENT_BYTES_MAX) commands = commands.map((command) => ({ ...command, res: null }));
  while (commands.length > 0 && bytes() > DOCUMENT_BYTES_MAX) commands = commands.slice(16);
  return { ...document, commands };
}
