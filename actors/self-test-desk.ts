import { join } from 'node:path';
import { fromPromise } from 'xstate';
import type { PingAnswer } from '../domain/payment-gateway.ts';
import type { SelfCheck, SelfCheckRow, TerminalFacts } from '../domain/screens/flow-view.ts';
import type { PaymentDesk } from './payment-ports.ts';

/** Configuration tickets and late verdicts are read by the clock; more than this off is worth a look. */
const CLOCK_OFF_MAX_MS = 30_000;
const PROBE = 'till self-test';

type Judged = Pick<SelfCheckRow, 'state' | 'detail'>;

const judged = (ok: boolean, detail = ''): Judged => ({ state: ok ? 'ok' : 'faulty', detail });

/** Looks at the real parts and changes nothing. */
class SelfTestDesk {
  readonly #desk: PaymentDesk;
  #answers: readonly PingAnswer[] = [];

  constructor(desk: PaymentDesk) {
    this.#desk = desk;
  }

  async check(check: SelfCheck, signal: AbortSignal): Promise<readonly SelfCheckRow[]> {
    const one = (row: Judged): readonly SelfCheckRow[] => [{ check, of: '', ...row }];
    switch (check) {
      case 'journal':
        return one(this.#storage());
      case 'settings':
        return one(this.#settings());
      case 'key-store':
        return one(this.#keyStore());
      case 'printer':
        return one(this.#printer());
      case 'speaker':
      case 'scanner':
        return one({ state: 'listen', detail: '' });
      case 'network':
        return this.#network(signal);
      case 'clock':
        return one(this.#clock());
    }
  }

  /** Beside the journal, which takes facts of the trade only: a file written, made durable, read back and removed. */
  #storage(): Judged {
    const { parts, journal } = this.#desk;
    const { disk, config } = parts;
    const path = join(config.dataDir, 'self-test');
    const file = disk.open(path);
    try {
      file.write(Buffer.from(PROBE, 'utf8'), 0);
      file.sync();
    } finally {
      file.close();
    }
    const kept = Buffer.from(disk.read(path)).toString('utf8') === PROBE;
    disk.remove(path);
    return judged(kept && journal.isOpen, `#${journal.tail(1)[0]?.seq ?? 0}`);
  }

  #settings(): Judged {
    const { warnings } = this.#desk.parts.settings;
    return judged(warnings.length === 0, warnings[0] ?? '');
  }

  #keyStore(): Judged {
    const { keyStore } = this.#desk.parts;
    const opened = keyStore.unseal(keyStore.seal(Buffer.from(PROBE, 'utf8'), PROBE), PROBE);
    return judged(Buffer.from(opened).toString('utf8') === PROBE);
  }

  #printer(): Judged {
    const status = this.#desk.parts.devices.printer.status();
    return judged(status === 'ok', status === 'ok' ? '' : status);
  }

  async #network(signal: AbortSignal): Promise<SelfCheckRow[]> {
    const { config, gateway } = this.#desk.parts;
    const { domains } = config.gateway;
    this.#answers = await Promise.all(domains.map((domain) => gateway.ping({ domain, signal })));
    return this.#answers.map((answer, at) => ({
      check: 'network',
      of: (domains[at] ?? '').replace(/^https:\/\//, ''),
      ...judged(answer.kind === 'alive', answer.kind === 'alive' ? `${Math.round(answer.latencyMs)}ms` : answer.reason),
    }));
  }

  /** Against the time that the domains told when they were asked. */
  #clock(): Judged {
    const told = this.#answers.flatMap((answer) => (answer.kind === 'alive' ? (answer.gatewayTimeMs ?? []) : []));
    const [gatewayMs] = told;
    if (gatewayMs === undefined) return { state: 'listen', detail: '-' };
    const offMs = this.#desk.parts.clock.wallMs() - gatewayMs;
    return judged(Math.abs(offMs) <= CLOCK_OFF_MAX_MS, `${offMs >= 0 ? '+' : ''}${Math.round(offMs / 1000)}s`);
  }
}

/** What the self-test asks for. A check that throws, throws inside its promise: the chart shows its words as the fault. */
export function selfTestPorts(desk: PaymentDesk) {
  const { parts } = desk;
  const selfTest = new SelfTestDesk(desk);
  return {
    readFacts: fromPromise<TerminalFacts, void>(() => {
      const deviceId = parts.settings.current().configuration?.deviceId ?? '';
      return Promise.resolve({ sn: parts.config.sn, version: parts.version, deviceId });
    }),
    runCheck: fromPromise<readonly SelfCheckRow[], { check: SelfCheck }>(({ input, signal }) =>
      selfTest.check(input.check, signal),
    ),
  };
}
