import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';

const PATIENCE_MS = 120_000;

interface Line {
  readonly is: string;
  readonly [field: string]: unknown;
}

/** A terminal with the headless interface at the other end of a connection. */
export class SocketTerminal {
  readonly #socket: Socket;
  readonly #lines: Line[] = [];
  #isOpen = true;
  #wake: () => void = () => undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#isOpen = false;
      this.#wake();
    });
    createInterface({ input: socket }).on('line', (text) => {
      if (text.startsWith('{"is":')) this.#lines.push(JSON.parse(text) as Line);
      this.#wake();
    });
  }

  do(instruction: object): void {
    this.#socket.write(`${JSON.stringify(instruction)}\n`);
  }

  press(...keys: string[]): void {
    for (const key of keys) this.do({ do: 'key', key });
  }

  /** @returns the name of the first of these screens that comes */
  async screen(...names: string[]): Promise<string> {
    const isOne = (line: Line): boolean => line.is === 'screen' && names.includes(String(line['name']));
    return String((await this.#next(`screen ${names.join(' or ')}`, isOne, PATIENCE_MS))['name']);
  }

  async spoken(words: string): Promise<void> {
    await this.#next(`"${words}"`, (line) => line.is === 'voice' && String(line['text']).includes(words), PATIENCE_MS);
  }

  async line(is: string, patienceMs: number): Promise<void> {
    await this.#next(is, (line) => line.is === is, patienceMs);
  }

  /** The first line after those already awaited that fits. @throws Error naming it, when it does not come or the terminal ends */
  async #next(what: string, fits: (line: Line) => boolean, patienceMs: number): Promise<Line> {
    const limit = performance.now() + patienceMs;
    for (;;) {
      for (let line = this.#lines.shift(); line !== undefined; line = this.#lines.shift()) if (fits(line)) return line;
      if (!this.#isOpen) throw new Error(`the terminal ended before ${what}`);
      if (performance.now() > limit) throw new Error(`${what} never came`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 1000);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}
