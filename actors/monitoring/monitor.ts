import type { DeviceConfiguration } from '../../domain/device-configuration.ts';
import type { CallTrace, Domain, PaymentGateway } from '../../domain/payment-gateway.ts';
import type { Clock } from '../../hal/clock/contract.ts';
import type { CallSpool } from './call-spool.ts';
import type { DeviceStatistics } from './statistics.ts';

const LOOK_AGAIN_MS = 15_000;
const PAUSE_MAX_MS = 3_600_000;
const OWN_OPERATION = 'upload_client_monitor_info';

/** What is uploaded, in whose name, and when nobody minds. */
export interface MonitorOptions {
  readonly clock: Clock;
  readonly gateway: Pick<PaymentGateway, 'uploadMonitoring'>;
  readonly spool: CallSpool;
  readonly statistics: DeviceStatistics;
  /** Null: unconfigured, nothing is uploaded. */
  readonly configuration: () => DeviceConfiguration | null;
  readonly chooseDomain: () => Domain;
  /** Nobody waits for the terminal. */
  readonly isIdle: () => boolean;
  /** Between two uploads. */
  readonly intervalMs: number;
}

/** The gateway's log upload (§7.11): in idle moments, with growing pauses after a failure, given up at once when somebody pays. */
export class Monitor {
  readonly #options: MonitorOptions;
  #timer: unknown = null;
  #uploading: AbortController | null = null;
  #pauseMs: number;
  #stopped = false;

  constructor(options: MonitorOptions) {
    this.#options = options;
    this.#pauseMs = options.intervalMs;
    this.#wait(options.intervalMs);
  }

  /** One finished attempt at the gateway. */
  called(trace: CallTrace): void {
    if (trace.operation === OWN_OPERATION) return;
    const { clock, spool, statistics } = this.#options;
    statistics.called(trace);
    const now = clock.wallMs();
    const startedAtMs = now - trace.connectMs - trace.requestMs;
    const lines = [
      `${stamp(startedAtMs)} connect`,
      `${stamp(startedAtMs + trace.connectMs)} send`,
      `${stamp(now)} ${trace.status === null ? 'nothing usable received' : `received status ${trace.status}`}`,
    ];
    spool.add({ trace: { ...trace, description: trace.description.slice(0, 255) }, startedAtMs, lines });
  }

  /** Somebody pays: the line is theirs. */
  giveWay(): void {
    this.#uploading?.abort();
  }

  /** What was not uploaded is kept for the next process life. */
  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) this.#options.clock.clearTimeout(this.#timer);
    this.giveWay();
    this.#options.spool.keep();
  }

  #wait(ms: number): void {
    if (this.#stopped) return;
    this.#timer = this.#options.clock.setTimeout(() => void this.#look(), ms);
  }

  async #look(): Promise<void> {
    const { spool, isIdle, configuration, intervalMs } = this.#options;
    const current = configuration();
    if (current === null || spool.calls.length === 0) return this.#wait(this.#pauseMs);
    if (!isIdle()) return this.#wait(LOOK_AGAIN_MS);
    const done = await this.#upload(current);
    this.#pauseMs = done ? intervalMs : Math.min(2 * this.#pauseMs, PAUSE_MAX_MS);
    if (!this.#stopped) spool.keep();
    this.#wait(this.#pauseMs);
  }

  async #upload(configuration: DeviceConfiguration): Promise<boolean> {
    const { gateway, spool, statistics, chooseDomain, intervalMs } = this.#options;
    const calls = spool.calls;
    const uploading = new AbortController();
    this.#uploading = uploading;
    const report = { configuration, intervalMs, calls, machine: statistics.report() };
    const answer = await gateway.uploadMonitoring(report, { domain: chooseDomain(), signal: uploading.signal });
    this.#uploading = null;
    if (answer.kind !== 'done') return false;
    spool.drop(calls);
    return true;
  }
}

/** As the gateway's own examples stamp their lines, in UTC. */
function stamp(atMs: number): string {
  return new Date(atMs).toISOString().replace('T', ' ').replace('Z', '');
}
