import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Key } from '../../domain/screen.ts';

/** One line that the terminal printed. */
export interface Line {
  readonly is: string;
  readonly seq: number;
  readonly at: string;
  readonly [field: string]: unknown;
}

export interface ScreenLine extends Line {
  readonly is: 'screen';
  readonly name: string;
  readonly lines: readonly string[];
  readonly order: string | null;
  readonly amountFen: number | null;
}

export interface DumpLine extends Line {
  readonly is: 'dump';
  readonly actors: Readonly<
    Record<string, { readonly machine: string; readonly state: unknown; readonly context: unknown }>
  >;
  readonly journal: readonly (Readonly<Record<string, unknown>> & { readonly type: string })[];
  readonly openOrders: readonly string[];
  readonly openRefunds: readonly string[];
}

const TILL = new URL('../../bin/till.mjs', import.meta.url).pathname;
/** A step that takes longer than this hangs; the message then shows what the terminal said. */
const PATIENCE_MS = 60_000;
const ASK_AGAIN_MS = 200;

/** What the test run was told by `TILL_` variables is not meant for the terminal. */
function withoutOwnKeys(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('TILL_')));
}

/** The real process behind the headless interface, driven as a cashier would. */
export class HeadlessTerminal {
  readonly lines: Line[] = [];
  readonly stray: string[] = [];
  stderr = '';
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting = new Set<() => void>();
  #read = 0;
  #exitCode: number | null | undefined;

  constructor(options: {
    readonly configFile: string;
    readonly dataDir: string;
    readonly environment?: Readonly<Record<string, string>>;
    /** Another program than `till run`, e.g. the launcher of the device bundle; its options follow. */
    readonly program?: readonly string[];
  }) {
    const { configFile, dataDir, environment = {}, program = [process.execPath, TILL, 'run'] } = options;
    const [executable = '', ...words] = [
      ...program,
      '--profile',
      'headless',
      '--config',
      configFile,
      '--data',
      dataDir,
    ];
    this.#child = spawn(executable, words, { env: { ...withoutOwnKeys(process.env), ...environment } });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    createInterface({ input: this.#child.stdout }).on('line', (text) => this.#take(text));
    this.#child.on('exit', (code) => {
      this.#exitCode = code;
      this.#wake();
    });
    // Writing to a terminal that was just killed is part of the crash tests.
    this.#child.stdin.on('error', () => undefined);
  }

  /** Of the process; 0 when it could not be started. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Raw text on stdin. */
  write(text: string): void {
    this.#child.stdin.write(text);
  }

  do(instruction: object): void {
    this.write(`${JSON.stringify(instruction)}\n`);
  }

  press(...keys: Key[]): void {
    for (const key of keys) this.do({ do: 'key', key });
  }

  scan(text: string): void {
    this.do({ do: 'scan', text });
  }

  /** Types an amount in yuan, e.g. `20.05`, and confirms it. */
  typeAmount(yuan: string): void {
    this.press(...([...yuan] as Key[]), 'enter');
  }

  /** The first line after those already awaited that fits; earlier ones are passed over. */
  async next(what: string, fits: (line: Line) => boolean): Promise<Line> {
    return this.#until(what, () => {
      while (this.#read < this.lines.length) {
        const line = this.lines[this.#read++];
        if (line !== undefined && fits(line)) return line;
      }
      return undefined;
    });
  }

  async screen(name: string): Promise<ScreenLine> {
    return (await this.next(`screen ${name}`, (line) => line.is === 'screen' && line['name'] === name)) as ScreenLine;
  }

  /** Any line printed since the start of this life that fits, also one passed over. */
  async ever(what: string, fits: (line: Line) => boolean): Promise<Line> {
    return this.#until(what, () => this.lines.find(fits));
  }

  async voice(part: string): Promise<Line> {
    return this.ever(`voice ${part}`, (line) => line.is === 'voice' && String(line['text']).includes(part));
  }

  async dump(): Promise<DumpLine> {
    const before = this.lines.filter((line) => line.is === 'dump').length;
    this.do({ do: 'dump' });
    return this.#until('dump', () => this.lines.filter((line) => line.is === 'dump')[before]) as Promise<DumpLine>;
  }

  /** Every line of a kind, oldest first. */
  all(is: string): readonly Line[] {
    return this.lines.filter((line) => line.is === is);
  }

  /** Everything said aloud, oldest first. */
  spoken(): readonly string[] {
    return this.all('voice').map((line) => String(line['text']));
  }

  async printed(what: string, fits: (line: Line) => boolean): Promise<Line> {
    return this.ever(what, (line) => line.is === 'print' && fits(line));
  }

  /** Asks again and again until what the terminal holds fits: for what no line announces. */
  async until(what: string, fits: (dump: DumpLine) => boolean): Promise<DumpLine> {
    for (const limit = performance.now() + PATIENCE_MS; ;) {
      const dump = await this.dump();
      if (fits(dump)) return dump;
      if (performance.now() > limit) throw new Error(`${what} never came${this.#tail()}`);
      await this.#anotherLine(ASK_AGAIN_MS);
    }
  }

  /** Resolves with the exit code; null when a signal ended it. */
  async exited(): Promise<number | null> {
    if (this.#exitCode !== undefined) return this.#exitCode;
    const [code] = (await once(this.#child, 'exit')) as [number | null];
    return code;
  }

  /** An orderly stop. */
  async stop(): Promise<number | null> {
    if (this.#exitCode === undefined) this.do({ do: 'exit' });
    return this.exited();
  }

  /** kill -9. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.exited();
  }

  terminate(): void {
    this.#child.kill('SIGTERM');
  }

  endInput(): void {
    this.#child.stdin.end();
  }

  get running(): boolean {
    return this.#exitCode === undefined;
  }

  /** Resolves with the next line, or when there is none for so long. */
  async #anotherLine(withinMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const limit = setTimeout(resolve, withinMs);
    this.#waiting.add(resolve);
    await promise;
    clearTimeout(limit);
    this.#waiting.delete(resolve);
  }

  #take(text: string): void {
    try {
      this.lines.push(JSON.parse(text) as Line);
    } catch {
      this.stray.push(text);
    }
    this.#wake();
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  async #until<Found>(what: string, look: () => Found | undefined): Promise<Found> {
    const found = Promise.withResolvers<Found>();
    const limit = setTimeout(() => found.reject(new Error(`${what} never came${this.#tail()}`)), PATIENCE_MS);
    let over = false;
    const check = (): void => {
      // Lines that come before the waiter runs on belong to the next question.
      if (over) return;
      const seen = look();
      over = seen !== undefined;
      if (seen !== undefined) found.resolve(seen);
      else if (this.#exitCode !== undefined)
        found.reject(new Error(`the terminal ended before ${what}${this.#tail()}`));
    };
    this.#waiting.add(check);
    check();
    try {
      return await found.promise;
    } finally {
      clearTimeout(limit);
      this.#waiting.delete(check);
    }
  }

  #tail(): string {
    const said = this.lines
      .filter(({ is }) => is !== 'dump')
      .slice(-12)
      .map((line) => JSON.stringify(line).slice(0, 300));
    return `; last lines:\n${said.join('\n')}\nstderr: ${this.stderr.slice(-2000)}`;
  }
}
