import type { PingAnswer } from '../../domain/payment-gateway.ts';
import { snapshotParts } from '../../fleet/contract/snapshot-parts.ts';
import type { SnapshotPart, TerminalSnapshot, TransitionRecord } from '../../fleet/contract/snapshot.ts';
import type { Clock } from '../../hal/clock/contract.ts';
import type { JournalEntry, UnknownEntry } from '../../domain/journal-record.ts';
import type { Operations, OperationOutcome, RunningCommand } from './command-desk.ts';
import { entryForSupport } from './event-of.ts';
import type { LogLevel } from './fleet-part.ts';

const TAIL_DEFAULT = 50;
/** Transitions are told in runs, so that a busy minute is not a packet each. */
const FOLLOW_PAUSE_MS = 100;
const RUN_MAX = 50;
const FOLLOWED_WAITING_MAX = 500;
const BUSY_PAUSE_MS = 1000;
/** What is on its way gets this long before the process ends. */
const LEAVE_PAUSE_MS = 500;

/** What the operations reach: nothing here can pay or refund. */
export interface OperationSurroundings {
  readonly clock: Clock;
  readonly nowMs: () => number;
  readonly snapshot: () => TerminalSnapshot;
  readonly sendPart: (part: SnapshotPart) => void;
  readonly follow: (listener: (transition: TransitionRecord) => void) => () => void;
  readonly tail: (count: number) => readonly (JournalEntry | UnknownEntry)[];
  readonly domains: readonly string[];
  readonly ping: (domain: string) => Promise<PingAnswer>;
  readonly setVolume: (percent: number) => Promise<void>;
  readonly setLogLevel: (level: LogLevel) => void;
  /** Asks the gateway for everything open; returns how many there are. */
  readonly reconcile: () => number;
  /** Whether a payment or refund is between its first and its last word to the cashier. */
  readonly isPaymentInHand: () => boolean;
  readonly restart: () => void;
  readonly reboot: (() => void) | null;
}

/** What the terminal does for each operation of the contract. */
export function commandOperations(around: OperationSurroundings): Operations {
  return {
    snapshot: ({ followMs }, running) => tellSnapshot(around, followMs ?? 0, running),
    journal: ({ count }) => {
      const entries = around.tail(count ?? TAIL_DEFAULT).map(entryForSupport);
      return Promise.resolve({ ok: true, res: { entries: fitting(entries) } });
    },
    'domain-check': (_, running) => checkDomains(around, running),
    restart: (_, running) => whenFree(around, running, around.restart),
    reboot: (_, running) => {
      if (around.reboot === null) return Promise.resolve({ ok: false, why: 'this terminal cannot boot itself' });
      return whenFree(around, running, around.reboot);
    },
    volume: async ({ percent }) => {
      await around.setVolume(percent);
      return { ok: true, res: { percent } };
    },
    'log-level': ({ level }) => {
      around.setLogLevel(level);
      return Promise.resolve({ ok: true, res: { level } });
    },
    reconcile: () => Promise.resolve({ ok: true, res: { open: around.reconcile() } }),
  };
}

async function tellSnapshot(
  around: OperationSurroundings,
  followMs: number,
  running: RunningCommand,
): Promise<OperationOutcome> {
  const waiting: TransitionRecord[] = [];
  let lost = 0;
  // Before the snapshot is taken, so that no transition falls between the two.
  const leave = around.follow((transition) => {
    if (waiting.length < FOLLOWED_WAITING_MAX) waiting.push(transition);
    else lost += 1;
  });
  try {
    const parts = snapshotParts(running.id, around.snapshot());
    for (const part of parts) around.sendPart(part);
    const until = around.clock.monotonicMs() + followMs;
    while (around.clock.monotonicMs() < until && !running.isAwaited()) {
      await pause(around.clock, FOLLOW_PAUSE_MS);
      const run = fitting(waiting.splice(0, RUN_MAX));
      if (run.length > 0) running.progress({ res: { tr: run, lost } });
    }
    return { ok: true, res: { parts: parts.length, lost } };
  } finally {
    leave();
  }
}

async function checkDomains(around: OperationSurroundings, running: RunningCommand): Promise<OperationOutcome> {
  const domains: Record<string, unknown>[] = [];
  for (const [index, domain] of around.domains.entries()) {
    const answer = await around.ping(domain);
    const reason = answer.kind === 'alive' ? null : answer.reason.slice(0, 200);
    domains.push({ domain, kind: answer.kind, latencyMs: answer.latencyMs, reason });
    running.progress({ pct: Math.floor(((index + 1) / around.domains.length) * 99), res: { domains: [...domains] } });
  }
  return { ok: true, res: { domains } };
}

/** Only between payments, and only in time: a terminal that is busy until the end of the command goes on working. */
async function whenFree(
  around: OperationSurroundings,
  running: RunningCommand,
  leave: () => void,
): Promise<OperationOutcome> {
  while (around.isPaymentInHand()) {
    if (around.nowMs() >= running.expiresMs) return { ok: false, why: 'payments were in hand until its time ended' };
    await pause(around.clock, BUSY_PAUSE_MS);
  }
  return { ok: true, after: () => void around.clock.setTimeout(leave, LEAVE_PAUSE_MS) };
}

function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.setTimeout(() => resolve(), ms));
}

const RESULT_BYTES_MAX = 40 * 1024;

/** The newest that fit a packet. */
function fitting<Item>(items: readonly Item[]): Item[] {
  let bytes = 0;
  const from = items.findLastIndex((item) => {
    bytes += Buffer.byteLength(JSON.stringify(item), 'utf8') + 1;
    return bytes > RESULT_BYTES_MAX;
  });
  return items.slice(from + 1);
}
