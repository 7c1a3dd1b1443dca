import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { PrinterStatus } from '../../hal/printer/contract.ts';
import { PrinterEnd } from './printer-end.ts';

/** A network printer: it keeps its paper over connections, and can be taken off the network. */
export class NetworkPrinter {
  readonly end = new PrinterEnd((answer) => this.#socket?.write(answer));
  port = 0;
  connections = 0;
  #server: Server | null = null;
  #socket: Socket | null = null;
  /** Called with every chunk before it is taken; true: the cable is pulled instead. */
  cutAt: (chunk: Uint8Array) => boolean = () => false;

  async plugIn(): Promise<void> {
    const server = createServer((socket) => {
      this.connections += 1;
      this.#socket = socket;
      socket.on('error', () => undefined);
      socket.on('data', (bytes) => {
        if (!this.cutAt(bytes)) return this.end.take(bytes);
        void this.unplug();
      });
    });
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** As a printer that has been idle: the connection ends, the printer stays. */
  drop(): void {
    this.#socket?.end();
  }

  pause(): void {
    this.#socket?.pause();
  }

  resume(): void {
    this.#socket?.resume();
  }

  async unplug(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server === null) return;
    const closed = new Promise((resolve) => server.close(resolve));
    this.#socket?.resetAndDestroy();
    await closed;
  }

  async set(state: PrinterStatus): Promise<void> {
    if (state === 'unplugged') return this.unplug();
    this.end.state = state;
    if (this.#server === null) await this.plugIn();
  }
}
