import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { AuthorityProblem } from './authority-problem.ts';
import { appendLines } from './durable-file.ts';

const issuedSchema = v.object({
  serial: v.string(),
  name: v.string(),
  kind: v.picklist(['terminal', 'server', 'worker']),
  issuedMs: v.number(),
  untilMs: v.number(),
  revokedMs: v.nullable(v.number()),
});
/** A certificate that was given out. */
export type IssuedCertificate = v.InferOutput<typeof issuedSchema>;

const lineSchema = v.union([issuedSchema, v.object({ revoke: v.string(), atMs: v.number() })]);
type Line = v.InferOutput<typeof lineSchema>;

/** What a CA gave out and took back, a line each, only ever appended: one more terminal costs the same however many there are. */
export class IssuedLog {
  readonly #file: string;
  readonly #list: string;

  constructor(folder: string) {
    this.#file = join(folder, 'issued.jsonl');
    // How an earlier version kept it: read for what it holds, never written.
    this.#list = join(folder, 'issued.json');
  }

  /** Durable when it returns. */
  add(issued: IssuedCertificate): void {
    appendLines(this.#file, [JSON.stringify(issued)]);
  }

  revoked(serials: readonly string[], atMs: number): void {
    if (serials.length === 0) return;
    appendLines(
      this.#file,
      serials.map((revoke) => JSON.stringify({ revoke, atMs })),
    );
  }

  /** Oldest first. @throws AuthorityProblem when the log holds something else */
  read(): IssuedCertificate[] {
    const bySerial = new Map<string, IssuedCertificate>();
    for (const line of [...this.#readList(), ...this.#readLines()]) {
      if ('serial' in line) {
        bySerial.set(line.serial, line);
        continue;
      }
      const issued = bySerial.get(line.revoke);
      if (issued !== undefined) bySerial.set(line.revoke, { ...issued, revokedMs: issued.revokedMs ?? line.atMs });
    }
    return [...bySerial.values()];
  }

  #readList(): Line[] {
    if (!existsSync(this.#list)) return [];
    const read = v.safeParse(v.array(issuedSchema), parsed(readFileSync(this.#list, 'utf8')));
    if (!read.success) throw new AuthorityProblem(`${this.#list} is not the list of certificates`);
    return read.output;
  }

  #readLines(): Line[] {
    if (!existsSync(this.#file)) return [];
    return readFileSync(this.#file, 'utf8')
      .split('\n')
      .flatMap((text) => {
        const value = parsed(text);
        // Cut off by a power cut: whoever asked for that certificate never got it.
        if (value === undefined) return [];
        const read = v.safeParse(lineSchema, value);
        if (!read.success) throw new AuthorityProblem(`${this.#file} is not the log of certificates`);
        return [read.output];
      });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
