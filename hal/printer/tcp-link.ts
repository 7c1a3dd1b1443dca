import { connect, type Socket } from 'node:net';
import type { PrinterLink } from './printer-link.ts';

/** Where a network printer listens. */
export interface TcpAddress {
  readonly host: string;
  readonly port: number;
}

/** The port on which network printers take raw bytes. */
export const PRINTER_PORT = 9_100;

const CONNECT_LIMIT_MS = 3_000;
/** More is not handed to the kernel while it waits: what sits there when the cable is pulled is lost. */
const WAITING_BYTES_MAX = 4_096;
const ANSWERS_MAX = 256;

/** A printer on the network: TCP, raw bytes. */
export class TcpLink implements PrinterLink {
  readonly #address: TcpAddress;
  #socket: Socket | null = null;
  #failure: Error | null = null;
  #answers: number[] = [];

  constructor(address: TcpAddress) {
    this.#address = address;
  }

  async open(): Promise<void> {
    this.close();
    this.#failure = null;
    this.#answers = [];
    const socket = connect({ ...this.#address, noDelay: true, keepAlive: true, timeout: CONNECT_LIMIT_MS });
    await new Promise<void>((resolve, reject) => {
      const { host, port } = this.#address;
      socket.once('connect', resolve).once('error', reject);
      socket.once('timeout', () => socket.destroy(coded('EIO', `${host}:${port} did not answer`)));
    });
    socket.setTimeout(0);
    socket.removeAllListeners();
    socket.on('data', (bytes: Uint8Array) => this.#answers.splice(0, this.#answers.length, ...this.#kept(bytes)));
    socket.on('error', (error) => (this.#failure ??= error));
    socket.on('close', () => (this.#failure ??= coded('ENODEV', 'the printer closed the connection')));
    this.#socket = socket;
  }

  write(bytes: Uint8Array): number {
    const socket = this.#opened();
    if (socket.writableLength > WAITING_BYTES_MAX) return 0;
    socket.write(Uint8Array.from(bytes));
    return bytes.length;
  }

  read(): Uint8Array {
    this.#opened();
    return Uint8Array.from(this.#answers.splice(0));
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = null;
  }

  #kept(bytes: Uint8Array): number[] {
    return [...this.#answers, ...bytes].slice(-ANSWERS_MAX);
  }

  #opened(): Socket {
    if (this.#failure !== null) throw this.#failure;
    if (this.#socket === null) throw coded('ENODEV', 'the printer is not open');
    return this.#socket;
  }
}

function coded(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
