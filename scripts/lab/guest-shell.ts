import { connect, type Socket } from 'node:net';

const PATIENCE_MS = 120_000;

/** A shell inside the guest, on its second serial line. */
export class GuestShell {
  readonly #socket: Socket;
  #heard = '';
  #wake: () => void = () => undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #asked = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('utf8').on('data', (text: string) => {
      this.#heard += text;
      this.#wake();
    });
    socket.on('error', () => this.#wake());
  }

  /** @throws the connection's error */
  static async open(path: string): Promise<GuestShell> {
    const socket = connect(path);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve).once('error', reject);
    });
    return new GuestShell(socket);
  }

  /** Runs a command; gives what it printed. One at a time. @throws Error when it fails, with its words */
  run(command: string): Promise<string> {
    const turn = this.#turn.then(() => this.#run(command));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** Runs it again and again until it succeeds. */
  async until(what: string, command: string): Promise<string> {
    const limit = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await this.run(command);
      } catch (error) {
        if (performance.now() > limit) throw new Error(`${what} never came`, { cause: error });
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  }

  close(): void {
    this.#socket.destroy();
  }

  async #run(command: string): Promise<string> {
    this.#asked += 1;
    const mark = `@@${this.#asked}@`;
    this.#heard = '';
    // The mark is put together by the shell, so that an echo of the command is not its end.
    this.#socket.write(`{ ${command}\n} 2>&1; echo "@@""${this.#asked}@ $?"\n`);
    const limit = performance.now() + PATIENCE_MS;
    for (;;) {
      const at = this.#heard.indexOf(`${mark} `);
      const [, code] = at < 0 ? [] : (/^@@\d+@ (\d+)\r?\n/.exec(this.#heard.slice(at)) ?? []);
      if (code !== undefined) {
        const said = this.#heard.slice(0, at).replaceAll('\r', '').trimEnd();
        if (code !== '0') throw new Error(`in the guest, "${command.slice(0, 200)}" ended with ${code}: ${said}`);
        return said;
      }
      if (performance.now() > limit)
        throw new Error(`in the guest, "${command.slice(0, 200)}" does not end: ${this.#heard}`);
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
