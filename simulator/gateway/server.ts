import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../hal/clock/contract.ts';
import type { Random } from '../../hal/random/contract.ts';
import { openBookFile } from './book-file.ts';
import { openCertificates, type Certificates } from './certificates.ts';
import { openControlServer } from './control-server.ts';
import { openDomainListener, type DomainListener } from './domain-listener.ts';
import { HOST_COUNT } from './hosts.ts';
import type { Merchant } from './merchant.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';
import type { SandboxSettings } from './settings.ts';

/** Where the sandbox keeps its things and where it listens. */
export interface SandboxServerOptions {
  /** Holds the CA, its key and the book; created when missing. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Port of the four domains; 0 or absent lets the system choose. */
  readonly port?: number;
  /** Port of the control API and the page on 127.0.0.1; 0 or absent lets the system choose. */
  readonly controlPort?: number;
  readonly merchants?: readonly Merchant[];
  readonly settings?: Partial<SandboxSettings>;
  /** Further IP addresses that its certificate is for: those under which a virtual machine sees this one. */
  readonly alsoReachedAt?: readonly string[];
}

/** A sandbox that terminals can reach, as they reach the real gateway. */
export interface SandboxServer {
  /** Base URLs in order, e.g. `https://127.0.0.1:8443`. */
  readonly domains: readonly string[];
  /** Path of the CA's certificate: what a terminal's `gateway.caFile` names. */
  readonly caFile: string;
  readonly controlUrl: string;
  /** The CA's certificate itself. */
  readonly caPem: string;
  readonly sandbox: Sandbox;
  /** Resolves when the sockets do what the domains' conditions say. */
  settled(): Promise<void>;
  /** Idempotent. Saves the book. */
  close(): Promise<void>;
}

const ADDRESSES: readonly string[] = ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4'];

/** Starts the Cloud Pay sandbox on loopback: four TLS domains over one order book, and the control port. */
export async function startSandboxServer(options: SandboxServerOptions): Promise<SandboxServer> {
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const bookFile = openBookFile(join(options.dataDir, 'book.json'), options.clock);
  const sandbox = createSandbox({ ...options, ...bookFile.saved() });
  const addresses = [...ADDRESSES, ...(options.alsoReachedAt ?? [])];
  const certificates = await openCertificates(options.dataDir, addresses, options.clock.wallMs());
  const { listeners, domains } = await openDomains(options, sandbox, certificates);
  const conditions = keepConditions(sandbox, listeners, options.clock);
  const control = await openControlServer({
    port: options.controlPort ?? 0,
    sandbox,
    domains,
    caPem: certificates.caPem,
    caFile: certificates.caFile,
    random: options.random,
  }).catch(async (error: unknown) => {
    conditions.stop();
    await Promise.all(listeners.map((listener) => listener.close()));
    throw error;
  });
  bookFile.keep(sandbox);
  let closing: Promise<void> | null = null;
  const closeAll = async (): Promise<void> => {
    conditions.stop();
    bookFile.close(sandbox);
    await Promise.all([control.close(), ...listeners.map((listener) => listener.close())]);
  };
  return {
    domains,
    caFile: certificates.caFile,
    caPem: certificates.caPem,
    settled: () => conditions.settled(),
    controlUrl: control.url,
    sandbox,
    close: () => (closing ??= closeAll()),
  };
}

async function openDomains(
  options: SandboxServerOptions,
  sandbox: Sandbox,
  certificates: Certificates,
): Promise<{ readonly listeners: readonly DomainListener[]; readonly domains: readonly string[] }> {
  const listeners: DomainListener[] = [];
  const domains: string[] = [];
  for (let index = 0; index < HOST_COUNT; index += 1) {
    const wanted = ADDRESSES[index] ?? '127.0.0.1';
    const port = listeners[0]?.port ?? options.port ?? 0;
    const open = (address: string, at: number): Promise<DomainListener> =>
      openDomainListener({ index, address, port: at, certificates, clock: options.clock, handle: sandbox.handle });
    try {
      const { address, listener } = await openSomewhere(wanted, port, index, open);
      listeners.push(listener);
      domains.push(`https://${address}:${listener.port}`);
    } catch (error) {
      await Promise.all(listeners.map((listener) => listener.close()));
      throw error;
    }
  }
  return { listeners, domains };
}

/** The wanted address and port; then another port; then another port of 127.0.0.1 where 127.0.0.2 is not an address. */
async function openSomewhere(
  address: string,
  port: number,
  index: number,
  open: (address: string, port: number) => Promise<DomainListener>,
): Promise<{ readonly address: string; readonly listener: DomainListener }> {
  try {
    return { address, listener: await open(address, port) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    // A port that was asked for by number is not silently replaced on the first domain.
    if (index > 0 && code === 'EADDRINUSE') return { address, listener: await open(address, 0) };
    if (index > 0 && code === 'EADDRNOTAVAIL') return { address: '127.0.0.1', listener: await open('127.0.0.1', 0) };
    throw error;
  }
}

interface Conditions {
  settled(): Promise<void>;
  stop(): void;
}

/** Keeps the sockets in step with what the sandbox says of its domains, also when a condition ends by itself. */
function keepConditions(sandbox: Sandbox, listeners: readonly DomainListener[], clock: Clock): Conditions {
  let timer: unknown = null;
  let applying = Promise.resolve();
  let stopped = false;
  const apply = (): void => {
    if (stopped) return;
    if (timer !== null) clock.clearTimeout(timer);
    const next = sandbox.hosts.nextChangeMs();
    timer = next === null ? null : clock.setTimeout(apply, Math.max(1, next - sandbox.nowMs() + 1));
    applying = applying
      .then(async () => {
        for (const [index, listener] of listeners.entries()) {
          if (!stopped) await listener.apply(sandbox.hostCondition(index));
        }
      })
      // Another program took the port while the domain refused: it stays refusing, and the page shows what is wished.
      .catch(() => undefined);
  };
  const unsubscribe = sandbox.hosts.subscribe(apply);
  return {
    settled: () => applying,
    stop() {
      stopped = true;
      unsubscribe();
      if (timer !== null) clock.clearTimeout(timer);
    },
  };
}
