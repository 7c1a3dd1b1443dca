import * as v from 'valibot';
import type { MonitoredCall } from '../../domain/payment-gateway.ts';
import type { Disk } from '../../hal/disk/contract.ts';

/** Calls that wait for their upload; the oldest make room. */
export const SPOOLED_MAX = 200;
const FILE_BYTES_MAX = 512 * 1024;

const text = v.pipe(v.string(), v.maxLength(1024));
const ms = v.pipe(v.number(), v.finite());
const spooledCalls = v.pipe(
  v.array(
    v.object({
      trace: v.object({
        domain: v.pipe(text, v.url()),
        operation: text,
        logId: v.nullable(text),
        status: v.nullable(v.number()),
        internalStatus: v.nullable(v.number()),
        description: text,
        connectMs: ms,
        requestMs: ms,
      }),
      startedAtMs: ms,
      lines: v.pipe(v.array(text), v.maxLength(50)),
    }),
  ),
  v.maxLength(SPOOLED_MAX),
);

/** Where calls wait over a restart, and who hears that they cannot. */
export interface CallSpoolOptions {
  readonly disk: Disk;
  /** Absolute path of a folder of its own. */
  readonly folder: string;
  /** Told why the file could not be read or written; nothing but the upload suffers. */
  readonly onTrouble: (reason: string) => void;
}

/** Calls on their way to the gateway's log upload: bounded, kept over a restart, worth less than any payment. */
export class CallSpool {
  readonly #options: CallSpoolOptions;
  readonly #path: string;
  #calls: MonitoredCall[] = [];
  #kept = '[]';

  constructor(options: CallSpoolOptions) {
    this.#options = options;
    this.#path = `${options.folder}/calls.json`;
    this.#guard(() => this.#read());
  }

  add(call: MonitoredCall): void {
    this.#calls.push(call);
    if (this.#calls.length > SPOOLED_MAX) this.#calls.shift();
  }

  get calls(): readonly MonitoredCall[] {
    return [...this.#calls];
  }

  /** They were uploaded. */
  drop(uploaded: readonly MonitoredCall[]): void {
    const gone = new Set(uploaded);
    this.#calls = this.#calls.filter((call) => !gone.has(call));
  }

  /** Makes what waits durable; writes nothing when nothing changed. */
  keep(): void {
    const json = JSON.stringify(this.#calls);
    if (json === this.#kept) return;
    this.#guard(() => {
      const { disk, folder } = this.#options;
      const draft = `${this.#path}.new`;
      disk.makeFolder(folder);
      if (disk.exists(draft)) disk.remove(draft);
      const file = disk.open(draft);
      try {
        file.write(Buffer.from(json), 0);
        file.sync();
      } finally {
        file.close();
      }
      disk.rename(draft, this.#path);
      disk.syncFolder(folder);
      this.#kept = json;
    });
  }

  #read(): void {
    const { disk } = this.#options;
    if (!disk.exists(this.#path)) return;
    const bytes = disk.read(this.#path);
    if (bytes.length > FILE_BYTES_MAX) throw new RangeError(`the spool has ${bytes.length} bytes`);
    const found = v.parse(spooledCalls, JSON.parse(Buffer.from(bytes).toString('utf8')));
    this.#kept = JSON.stringify(found);
    this.#calls = found;
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#options.onTrouble(error instanceof Error ? error.message : String(error));
    }
  }
}
