import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Line } from './headless-terminal.ts';

/** Longer than a whole rehearsal on a busy machine. */
const PATIENCE_MS = 180_000;

/** `till rehearse --profile headless` as a process of its own, watched over its lines. */
export class RehearsalProcess {
  readonly lines: Line[] = [];
  stderr = '';
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #ended = Promise.withResolvers<number | null>();
  readonly #looks = new Set<() => void>();

  constructor(...options: readonly string[]) {
    const till = new URL('../../bin/till.mjs', import.meta.url).pathname;
    // What the test run was told by TILL_ variables is not meant for the terminal.
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TILL_')));
    this.#child = spawn(process.execPath, [till, 'rehearse', '--profile', 'headless', ...options], { env });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.#child.stdin.on('error', () => undefined);
    createInterface({ input: this.#child.stdout }).on('line', (text) => {
      this.lines.push(JSON.parse(text) as Line);
      for (const look of [...this.#looks]) look();
    });
    // Not `exit`: the last lines may still be on their way then.
    this.#child.on('close', (code) => this.#ended.resolve(code));
  }

  do(instruction: object): void {
    this.#child.stdin.write(`${JSON.stringify(instruction)}\n`);
  }

  terminate(): void {
    this.#child.kill('SIGTERM');
  }

  /** The first screen with this text in one of its lines. */
  async shows(part: string): Promise<Line> {
    const { promise, resolve, reject } = Promise.withResolvers<Line>();
    const look = (): void => {
      const seen = this.lines.find((line) => line.is === 'screen' && String(line['lines']).includes(part));
      if (seen !== undefined) resolve(seen);
    };
    this.#looks.add(look);
    look();
    void this.ended().then(() => reject(new Error(`it ended before "${part}": ${this.stderr}`)), reject);
    return promise.finally(() => this.#looks.delete(look));
  }

  /** The exit code; null when a signal ended it. */
  async ended(): Promise<number | null> {
    const limit = setTimeout(() => {
      this.#child.kill('SIGKILL');
      this.#ended.reject(new Error(`the rehearsal did not end: ${this.stderr}`));
    }, PATIENCE_MS);
    return this.#ended.promise.finally(() => clearTimeout(limit));
  }
}
