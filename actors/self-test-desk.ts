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

/** What the self-test asks for: each check looks at the real part and changes nothing. */
export function selfTestPorts(desk: PaymentDesk) {
  const { parts, journal } = desk;
  let answers: readonly PingAnswer[] = [];

  const checkNetwork = async (signal: AbortSignal): Promise<SelfCheckRow[]> => {
    const { domains } = parts.config.gateway;
    answers = await Promise.all(domains.map((domain) => parts.gateway.ping({ domain, signal })));
    return answers.map((answer, at) => ({
      check: 'network',
      of: (domains[at] ?? '').replace(/^https:\/\//, ''),
      ...judged(answer.kind === 'alive', answer.kind === 'alive' ? `${Math.round(answer.latencyMs)}ms` : answer.reason),
    }));
  };

  /** Against the time that the domains told when they were asked. */
  const checkClock = (): Judged => {
    const told = answers.flatMap((answer) => (answer.kind === 'alive' ? (answer.gatewayTimeMs ?? []) : []));
    const [gatewayMs] = told;
    if (gatewayMs === undefined) return { state: 'listen', detail: '-' };
    const offMs = parts.clock.wallMs() - gatewayMs;
    return judged(Math.abs(offMs) <= CLOCK_OFF_MAX_MS, `${offMs >= 0 ? '+' : ''}${Math.round(offMs / 1000)}s`);
  };

  const checkKeyStore = (): Judged => {
    const { keyStore } = parts;
    const opened = keyStore.unseal(keyStore.seal(Buffer.from(PROBE, 'utf8'), PROBE), PROBE);
    return judged(Buffer.from(opened).toString('utf8') === PROBE);
  };

  const checkJournal = (): Judged => {
    // Beside the journal, which takes facts of the trade only: a file written, made durable, read back and removed.
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
  };

  const checkSettings = (): Judged => {
    const { warnings } = parts.settings;
    return judged(warnings.length === 0, warnings[0] ?? '');
  };

  const checkPrinter = (): Judged => {
    const status = parts.devices.printer.status();
    return judged(status === 'ok', status === 'ok' ? '' : status);
  };

  const run = async (check: SelfCheck, signal: AbortSignal): Promise<readonly SelfCheckRow[]> => {
    const one = (row: Judged): readonly SelfCheckRow[] => [{ check, of: '', ...row }];
    switch (check) {
      case 'journal':
        return one(checkJournal());
      case 'settings':
        return one(checkSettings());
      case 'key-store':
        return one(checkKeyStore());
      case 'printer':
        return one(checkPrinter());
      case 'speaker':
      case 'scanner':
        return one({ state: 'listen', detail: '' });
      case 'network':
        return checkNetwork(signal);
      case 'clock':
        return one(checkClock());
    }
  };

  return {
    readFacts: fromPromise<TerminalFacts, void>(() => {
      const deviceId = parts.settings.current().configuration?.deviceId ?? '';
      return Promise.resolve({ sn: parts.config.sn, version: parts.version, deviceId });
    }),
    // A check that throws, throws inside the promise: the chart shows its words as the fault.
    runCheck: fromPromise<readonly SelfCheckRow[], { check: SelfCheck }>(async ({ input, signal }) =>
      run(input.check, signal),
    ),
  };
}
