import { Agent, request, type Dispatcher } from 'undici';
import { SourceTrouble, type OpenedFile, type ReleaseSource } from './release-source.ts';

const CONNECT_MS = 10_000;
const SILENCE_MS = 30_000;

/** A repository on a static HTTPS server. */
export class ServerSource implements ReleaseSource {
  readonly words: string;
  readonly #url: string;
  readonly #agent: Agent;

  /** `caPem`: trusted beside the system's certificates are those of this text; null: only those. */
  constructor({ url, caPem }: { readonly url: string; readonly caPem: readonly string[] | null }) {
    this.words = url;
    this.#url = url.replace(/\/$/, '');
    this.#agent = new Agent({
      connect: { timeout: CONNECT_MS, ...(caPem !== null && { ca: [...caPem] }) },
      headersTimeout: SILENCE_MS,
      bodyTimeout: SILENCE_MS,
      connections: 1,
    });
  }

  async read(name: string, bytesMax: number, signal: AbortSignal): Promise<Buffer> {
    const { statusCode, body } = await this.#get(name, {}, signal);
    if (statusCode !== 200) {
      body.on('error', () => undefined).destroy();
      throw new SourceTrouble(statusCode, `${this.#url}/${name} answered ${statusCode}`);
    }
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > bytesMax) throw new SourceTrouble(413, `${this.#url}/${name} has more than ${bytesMax} bytes`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }

  async open(name: string, from: number, signal: AbortSignal): Promise<OpenedFile> {
    const { statusCode, headers, body } = await this.#get(name, from > 0 ? { range: `bytes=${from}-` } : {}, signal);
    if (statusCode === 200) return { from: 0, body };
    const range = /^bytes (\d{1,15})-/.exec(String(headers['content-range'] ?? ''));
    if (statusCode === 206 && Number(range?.[1]) === from) return { from, body };
    body.on('error', () => undefined).destroy();
    throw new SourceTrouble(statusCode, `${this.#url}/${name} answered ${statusCode}`);
  }

  /** Ends the connection. */
  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  #get(name: string, headers: Record<string, string>, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    return request(`${this.#url}/${name}`, { dispatcher: this.#agent, headers, signal });
  }
}
