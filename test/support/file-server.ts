import { createReadStream, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';
import type { SecureContextOptions } from 'node:tls';

/** A plain static server over HTTPS that knows ranges, as any web server does. */
export class FileServer {
  readonly url: string;
  /** Each request: path, and the first byte that was asked for. */
  readonly requests: { readonly path: string; readonly from: number }[] = [];
  /** Set: every answer with a body stops after so many bytes. */
  breakAfterBytes: number | null = null;
  readonly #close: () => Promise<void>;

  private constructor(url: string, close: () => Promise<void>) {
    this.url = url;
    this.#close = close;
  }

  static async start(folder: string, tls: SecureContextOptions | null): Promise<FileServer> {
    const answer = (request: IncomingMessage, response: ServerResponse): void =>
      server.#answer(folder, request, response);
    const listener = tls === null ? createServer(answer) : createTlsServer(tls, answer);
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const { port } = listener.address() as AddressInfo;
    const server: FileServer = new FileServer(`${tls === null ? 'http' : 'https'}://127.0.0.1:${port}`, async () => {
      listener.closeAllConnections();
      await new Promise((resolve) => listener.close(resolve));
    });
    return server;
  }

  close(): Promise<void> {
    return this.#close();
  }

  #answer(folder: string, request: IncomingMessage, response: ServerResponse): void {
    const path = normalize(new URL(request.url ?? '/', 'http://x').pathname);
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    this.requests.push({ path, from });
    const file = join(folder, path);
    const size = statSync(file, { throwIfNoEntry: false })?.size;
    if (size === undefined) {
      response.writeHead(404).end();
      return;
    }
    const headers = { 'content-length': size - from, 'accept-ranges': 'bytes' };
    if (from > 0) response.writeHead(206, { ...headers, 'content-range': `bytes ${from}-${size - 1}/${size}` });
    else response.writeHead(200, headers);
    const stop = this.breakAfterBytes;
    if (stop === null || size - from <= stop) createReadStream(file, { start: from }).pipe(response);
    else {
      createReadStream(file, { start: from, end: from + stop - 1 })
        .on('end', () => response.destroy())
        .pipe(response, { end: false });
    }
  }
}
