import { encodeMessage } from '../../fleet/contract/codec.ts';
import type { FleetEvent } from '../../fleet/contract/events.ts';
import type { MessageOf } from '../../fleet/contract/message-families.ts';
import type { DownFamily, UpFamily } from '../../fleet/contract/topics.ts';
import { decodeMessage } from '../../fleet/contract/codec.ts';
import type { Downlink } from '../../fleet/service/ingest/downlink.ts';
import { IngestPipeline } from '../../fleet/service/ingest/ingest-pipeline.ts';
import { TerminalAnswers } from '../../fleet/service/ingest/answer-terminals.ts';
import type { UplinkEnd } from '../../fleet/service/ingest/uplink-sink.ts';
import type { FleetLog } from '../../fleet/service/log.ts';
import { FleetMetrics } from '../../fleet/service/metrics.ts';
import type { FleetStore } from '../../fleet/service/store/fleet-store.ts';
import type { Clock } from '../../hal/clock/contract.ts';
import { SystemClock } from '../../hal/clock/system-clock.ts';

export const silentLog: FleetLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Keeps what was sent to terminals, and lets a test wait for a message. */
export class RecordingDownlink implements Downlink {
  readonly sent: { readonly tid: string; readonly family: DownFamily; readonly message: unknown }[] = [];
  #watchers: (() => void)[] = [];

  send(tid: string, family: DownFamily, packet: Uint8Array): void {
    const decoded = decodeMessage(family, packet);
    if (!decoded.ok) throw new Error(decoded.why);
    this.sent.push({ tid, family, message: decoded.message });
    for (const wake of this.#watchers.splice(0)) wake();
  }

  of<Family extends DownFamily>(tid: string, family: Family): MessageOf[Family][] {
    return this.sent
      .filter((one) => one.tid === tid && one.family === family)
      .map(({ message }) => message as MessageOf[Family]);
  }

  async until<Family extends DownFamily>(
    tid: string,
    family: Family,
    isIt: (message: MessageOf[Family]) => boolean,
  ): Promise<MessageOf[Family]> {
    for (;;) {
      const found = this.of(tid, family).find(isIt);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#watchers.push(resolve));
    }
  }
}

/** One stateless worker on a store, with the terminals' side at hand. */
export class TestWorker {
  readonly metrics = new FleetMetrics();
  readonly downlink = new RecordingDownlink();
  readonly pipeline: IngestPipeline;
  readonly answers: TerminalAnswers;

  constructor(store: FleetStore, name = 'worker', clock: Clock = new SystemClock()) {
    const { metrics, downlink } = this;
    this.answers = new TerminalAnswers({ db: store.db, clock, log: silentLog, metrics, downlink });
    this.pipeline = new IngestPipeline({
      ...{ store, clock, log: silentLog, metrics, worker: name, leaseMs: 60_000 },
      onCommitted: (committed, uplinks) => this.answers.afterCommit(committed, uplinks),
    });
  }

  take<Family extends UpFamily>(tid: string, family: Family, message: MessageOf[Family]): Promise<UplinkEnd> {
    return this.pipeline.offer({ tid, family, packet: encodeMessage(family, message) });
  }

  async close(): Promise<void> {
    await this.pipeline.close();
    this.answers.close();
  }
}

/** Events `from` to `to`, both included. */
export function eventRun(from: number, to: number): FleetEvent[] {
  return Array.from({ length: to - from + 1 }, (_, index) => {
    return { s: from + index, t: 1_700_000_000_000 + index, type: 'BOOT', d: { boot: from + index, version: '1.0.0' } };
  });
}

export const birthOf = (more: Partial<Extract<MessageOf['up/st'], { on: 1 }>> = {}): MessageOf['up/st'] => ({
  ...{ on: 1, e: 'e1', b: 1, t: 1_700_000_000_000, sw: '1.0.0', slot: 'a', cfg: 0, job: null, lastAck: 0 },
  ...more,
});
