import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

interface Reply {
  readonly return?: unknown;
  readonly error?: { readonly desc: string };
}

/** QEMU's machine protocol (QMP): one command after another on one connection. */
export class Monitor {
  readonly #socket: Socket;
  readonly #waiting: ((reply: Reply) => void)[] = [];
  #isGreeted: Promise<unknown> | null = null;

  constructor(path: string) {
    this.#socket = connect(path);
    const lost = (): void => {
      for (const tell of this.#waiting.splice(0)) tell({ error: { desc: 'the machine ended' } });
    };
    this.#socket.on('error', lost).on('close', lost);
    createInterface({ input: this.#socket })
      .on('error', () => undefined)
      .on('line', (line) => {
        const reply = JSON.parse(line) as Reply;
        // Greetings and events are no answers.
        if ('return' in reply || 'error' in reply) this.#waiting.shift()?.(reply);
      });
  }

  /** @throws Error with QEMU's words */
  async ask(execute: string, parameters: Readonly<Record<string, unknown>> = {}): Promise<void> {
    await (this.#isGreeted ??= this.#send('qmp_capabilities', {}));
    await this.#send(execute, parameters);
  }

  close(): void {
    this.#socket.destroy();
  }

  async #send(execute: string, parameters: Readonly<Record<string, unknown>>): Promise<void> {
    const { error } = await new Promise<Reply>((resolve) => {
      this.#waiting.push(resolve);
      this.#socket.write(`${JSON.stringify({ execute, arguments: parameters })}\n`);
    });
    if (error !== undefined) throw new Error(`QEMU refuses ${execute}: ${error.desc}`);
  }
}
