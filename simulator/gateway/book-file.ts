import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as v from 'valibot';
import type { Clock } from '../../hal/clock/contract.ts';
import type { SavedBook } from './order-book.ts';
import type { Sandbox } from './sandbox.ts';

/** Keeps the book over restarts of the sandbox, so that a demo terminal goes on where it was. */
export interface BookFile {
  /** What to hand to `createSandbox`; empty at the first start. @throws Error when the file is not ours */
  saved(): { readonly saved?: SavedBook };
  /** Saves every second in which something happened; less often when a large book makes saving slow. */
  keep(sandbox: Sandbox): void;
  /** Saves once more and stops. */
  close(sandbox: Sandbox): void;
}

const SAVE_EVERY_MS = 1000;
/** At most a twentieth of the time goes into saving. */
const SAVE_REST_FACTOR = 20;

const life = v.variant('kind', [
  v.object({
    kind: v.literal('pays'),
    afterMs: v.number(),
    meanwhile: v.picklist(['waiting', 'initial', 'missing']),
  }),
  v.object({ kind: v.literal('stops'), afterMs: v.number() }),
  v.object({ kind: v.literal('waits') }),
  v.object({ kind: v.literal('errors') }),
  v.object({ kind: v.literal('refused'), description: v.string() }),
]);
const row = {
  number: v.string(),
  outSubMchId: v.string(),
  outShopId: v.string(),
  platform: v.picklist(['wechat', 'alipay']),
  totalFen: v.number(),
  nonce: v.string(),
  client: v.record(v.string(), v.union([v.string(), v.number()])),
  createdMs: v.number(),
};
const savedBook = v.object({
  version: v.literal(1),
  orders: v.array(
    v.object({
      ...row,
      codeFingerprint: v.string(),
      codeMasked: v.string(),
      body: v.string(),
      lifeMs: v.number(),
      hiddenUntilMs: v.number(),
      script: v.nullable(v.string()),
      life,
      end: v.nullable(v.picklist(['paid', 'stopped', 'expired', 'error'])),
      endedMs: v.nullable(v.number()),
      charges: v.number(),
    }),
  ),
  refunds: v.array(
    v.object({
      ...row,
      order: v.string(),
      refundFen: v.number(),
      reason: v.string(),
      delayMs: v.number(),
      life: v.picklist(['refunds', 'fails', 'manual', 'stays']),
    }),
  ),
  bindings: v.record(v.string(), v.string()),
});

/**
 * Keeps the book in a file that is replaced as a whole. @throws Error when the file is there and is no book of this
 * sandbox
 */
export function openBookFile(file: string, clock: Clock): BookFile {
  let timer: unknown = null;
  let savedRevision = -1;
  const save = (sandbox: Sandbox): void => {
    if (sandbox.revision() === savedRevision) return;
    savedRevision = sandbox.revision();
    writeFileSync(`${file}.new`, JSON.stringify(sandbox.save()), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };
  return {
    saved() {
      if (!existsSync(file)) return {};
      const read = v.safeParse(v.pipe(v.string(), v.parseJson(), savedBook), readFileSync(file, 'utf8'));
      if (!read.success) {
        const where = v.getDotPath(read.issues[0]) ?? 'the file itself';
        throw new Error(`${file} is not a book of this sandbox (${where}): move it away to start with an empty one`);
      }
      return { saved: read.output };
    },
    keep(sandbox) {
      const again = (): void => {
        const startMs = clock.monotonicMs();
        save(sandbox);
        timer = clock.setTimeout(again, SAVE_EVERY_MS + (clock.monotonicMs() - startMs) * SAVE_REST_FACTOR);
      };
      again();
    },
    close(sandbox) {
      if (timer !== null) clock.clearTimeout(timer);
      timer = null;
      save(sandbox);
    },
  };
}
