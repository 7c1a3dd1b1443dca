import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../../hal/clock/system-clock.ts';
import { SystemRandom } from '../../hal/random/system-random.ts';
import { openCertificates } from '../../simulator/gateway/certificates.ts';
import { openDomainListener, type DomainListener } from '../../simulator/gateway/domain-listener.ts';
import type { SandboxRequest } from '../../simulator/gateway/exchange.ts';
import { createSandbox, type Sandbox } from '../../simulator/gateway/sandbox.ts';

/** The sandbox behind one TLS domain that keeps every request exactly as it came. */
export class RecordingGateway {
  readonly requests: SandboxRequest[] = [];
  readonly sandbox: Sandbox;
  readonly caFile: string;
  readonly domain: string;
  readonly #listener: DomainListener;
  readonly #folder: string;

  private constructor(parts: {
    sandbox: Sandbox;
    caFile: string;
    listener: DomainListener;
    folder: string;
    requests: SandboxRequest[];
  }) {
    this.sandbox = parts.sandbox;
    this.caFile = parts.caFile;
    this.domain = `https://127.0.0.1:${parts.listener.port}`;
    this.requests = parts.requests;
    this.#listener = parts.listener;
    this.#folder = parts.folder;
  }

  static async open(): Promise<RecordingGateway> {
    const folder = mkdtempSync(join(tmpdir(), 'till-recording-'));
    const clock = new SystemClock();
    const sandbox = createSandbox({ clock, random: new SystemRandom() });
    const certificates = await openCertificates(folder, ['127.0.0.1'], clock.wallMs());
    const requests: SandboxRequest[] = [];
    const handle: Sandbox['handle'] = (request) => {
      requests.push(request);
      return sandbox.handle(request);
    };
    const listener = await openDomainListener({
      index: 0,
      address: '127.0.0.1',
      port: 0,
      certificates,
      clock,
      handle,
    });
    return new RecordingGateway({ sandbox, caFile: certificates.caFile, listener, folder, requests });
  }

  /** The signed content of every request of an interface, in order. */
  contents(name: string): readonly Readonly<Record<string, unknown>>[] {
    return this.requests
      .filter(({ path }) => path === `/cpay/${name}`)
      .map(({ body }) => {
        const envelope = JSON.parse(body) as { request_content: string };
        return JSON.parse(envelope.request_content) as Readonly<Record<string, unknown>>;
      });
  }

  async close(): Promise<void> {
    await this.#listener.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
