import { join } from 'node:path';
import { fromCallback, type AnyActorRef } from 'xstate';
import { isSignedCommand, readCommandKey } from '../../fleet/contract/command-signature.ts';
import type { Command } from '../../fleet/contract/commands.ts';
import type { DesiredDocument } from '../../fleet/contract/configuration.ts';
import { terminalSubscription } from '../../fleet/contract/topics.ts';
import {
  fleetLinkMachine,
  type ConnectionInput,
  type FleetLinkEvent,
  type FleetLinkInput,
} from '../../machines/fleet-link.machine.ts';
import type { DomainFailoverContext } from '../../machines/domain-failover.machine.ts';
import { isTradeInHand, type TerminalContext } from '../../machines/terminal-orders.ts';
import { SegmentReader } from '../journal/segment-reader.ts';
import type { Log } from '../log.ts';
import type { PaymentDesk } from '../payment-ports.ts';
import { terminalSnapshot } from '../terminal-snapshot.ts';
import type { TransitionLog } from '../transition-log.ts';
import { withPorts } from '../with-ports.ts';
import type { BrokerConnection } from './broker-connection.ts';
import { CommandDesk } from './command-desk.ts';
import { commandOperations, type OperationSurroundings } from './command-operations.ts';
import { ConfigurationDesk, domainsInForce } from './configuration-desk.ts';
import { Courier } from './courier.ts';
import { EventSource } from './event-source.ts';
import { FleetDesk } from './fleet-desk.ts';
import { LOG_LEVELS, type FleetPart, type JobDesk } from './fleet-part.ts';
import { Outbox } from './outbox.ts';
import { serversFor } from './server-order.ts';
import { ServiceTime } from './service-time.ts';
import { domainHealthOf, surroundingsOf } from './telemetry-reading.ts';
import { TradeMeter } from './trade-meter.ts';

/** Between two writes of the acknowledged sequence: it only saves sending again. */
const REMEMBER_PAUSE_MS = 600_000;

/** What of the terminal the fleet may look at. */
export interface FleetLinkSurroundings {
  readonly desk: PaymentDesk;
  readonly transitions: TransitionLog;
  readonly root: () => AnyActorRef;
  /** Takes upgrade jobs, unless the fleet's part brings somebody of its own. */
  readonly jobs?: JobDesk | null;
}

interface Surroundings extends FleetLinkSurroundings {
  readonly part: FleetPart;
  readonly meter: TradeMeter;
  /** On the monotonic clock. */
  readonly startedMs: number;
}

/** The terminal's side of the fleet, ready to be invoked by the root chart. */
export interface FleetLink {
  readonly chart: typeof fleetLinkMachine;
  readonly input: FleetLinkInput;
  /** The gateway's domains in the order that the operator wishes. */
  readonly domains: readonly string[];
  /** Resolves when the last connection has said goodbye; at most about a second after the charts have stopped. */
  ended(): Promise<void>;
}

/**
 * Wires the fleet link of a terminal.
 * Null for a terminal that belongs to no fleet.
 * @throws TerminalFailure `storage.failed` when the journal cannot take its epoch
 */
export function openFleetLink({ desk: payment, transitions, root, jobs }: FleetLinkSurroundings): FleetLink | null {
  const { parts, journal } = payment;
  const { fleet: part } = parts;
  if (part === undefined) return null;
  const { ledger } = journal;
  const meter = new TradeMeter(
    (number) => ledger.order(number)?.intent.platform ?? ledger.refund(number)?.intent.platform,
  );
  const fleet = openDesk({
    desk: payment,
    transitions,
    root,
    part: { ...part, jobs: part.jobs ?? jobs ?? null },
    meter,
    startedMs: parts.clock.monotonicMs(),
  });
  journal.onRecorded((entry) => {
    try {
      meter.see(entry);
      fleet.wake();
    } catch (error) {
      // A payment has just been recorded here: nothing of the fleet may come between it and its cashier.
      parts.log.error({ reason: String(error) }, 'the fleet link could not follow the journal');
    }
  });
  payment.calls.onFinished(({ operation, requestMs }) => meter.seeCall(operation, requestMs));
  const ending = { promise: Promise.resolve() };
  const chart = withPorts(fleetLinkMachine, {
    actors: { connection: connectionOf(part, fleet, parts.log, ending) },
    actions: {
      sendTelemetry: () => fleet.sendTelemetry(),
      askForJob: () => fleet.askForJob(),
      checkAnswers: () => fleet.checkAnswers(),
    },
  });
  const wished = part.memory.current().configuration?.doc;
  const telemetryMs = typeof wished?.['telemetryMs'] === 'number' ? wished['telemetryMs'] : part.telemetryMs;
  const level = LOG_LEVELS.find((known) => known === wished?.['logLevel']);
  if (level !== undefined) part.setLogLevel(level);
  return {
    chart,
    input: { tid: part.tid, servers: serversFor(part.tid, part.servers), telemetryMs },
    domains: domainsInForce(parts.config.gateway.domains, wished),
    ended: () => ending.promise,
  };
}

/** One connection as an actor: it opens and closes the session, and its bytes never enter a chart. Never throws. */
function connectionOf(part: FleetPart, fleet: FleetDesk, log: Log, ending: { promise: Promise<void> }) {
  return fromCallback<FleetLinkEvent, ConnectionInput>(({ input: { server }, sendBack }) => {
    const { tid } = part;
    const request = { server, tid, will: fleet.will(), subscription: terminalSubscription(tid) };
    let opened: BrokerConnection | null = null;
    let isLeft = false;
    const down = (reason: string, hostile: boolean): void => {
      if (isLeft) return;
      fleet.detach();
      log.info({ server, reason, hostile }, 'the fleet link is down');
      sendBack({ type: 'link.down', reason, hostile });
    };
    const up = (): void => {
      if (isLeft || opened === null) return;
      fleet.attach(opened);
      log.info({ server }, 'the fleet link is up');
      sendBack({ type: 'link.up' });
    };
    part.connector().then(
      (connector) => {
        if (isLeft) return;
        opened = connector.connect(request, { up, down, message: (topic, bytes) => fleet.receive(topic, bytes) });
      },
      (error: unknown) => down(error instanceof Error ? error.message : String(error), false),
    );
    return () => {
      isLeft = true;
      const goodbye = fleet.goodbye();
      fleet.detach();
      if (opened !== null) ending.promise = opened.close(goodbye);
    };
  });
}

function openDesk(around: Surroundings): FleetDesk {
  const { part, desk: payment } = around;
  const { parts, journal } = payment;
  const { clock, log } = parts;
  const time = new ServiceTime(clock);
  const outbox = openOutbox(around);
  const courier = new Courier(part.tid, () => fleet.roomier());
  const operations = commandOperations(surroundingsOfCommands(around, courier, time));
  const fleet: FleetDesk = new FleetDesk({
    tid: part.tid,
    sn: parts.config.sn,
    version: parts.version,
    boot: journal.ledger.boot,
    clock,
    log,
    outbox,
    courier,
    commands: new CommandDesk({
      clock,
      log,
      memory: part.memory,
      operations,
      nowMs: () => time.nowMs(),
      report: (report) => courier.send('up/cr', report),
      isSigned: signatureCheck(part),
    }),
    configuration: new ConfigurationDesk({
      clock,
      memory: part.memory,
      allowedDomains: parts.config.gateway.domains,
      apply: (document) => bringIntoForce(around, document),
      report: (report) => courier.send('up/cf', report),
    }),
    jobs: part.jobs,
    time,
    reading: () => readingOf(around),
    rememberAcknowledged: rememberer(around),
  });
  return fleet;
}

/** Undefined where the service's word is enough. @throws Error for a key that is none: the terminal must not start without its rule */
function signatureCheck({ tid, commandKeyPem }: FleetPart): ((command: Command) => boolean) | undefined {
  if (commandKeyPem === undefined) return undefined;
  const key = readCommandKey(commandKeyPem);
  return (command) => isSignedCommand(tid, command, key);
}

function openOutbox({ part, desk: { parts, journal } }: Surroundings): Outbox {
  let epoch = journal.ledger.fleetEpoch;
  if (epoch === null) {
    epoch = randomEpoch(parts.random.bytes(8));
    journal.record([{ type: 'FLEET_EPOCH', epoch }], { flush: true });
  }
  const known = part.memory.current().acknowledged;
  return new Outbox({
    epoch,
    source: new EventSource(journal, new SegmentReader(parts.disk, join(parts.config.dataDir, 'journal'))),
    acknowledged: known?.e === epoch ? known.s : 0,
    monotonicMs: () => parts.clock.monotonicMs(),
  });
}

function surroundingsOfCommands(
  { part, desk: { parts, journal }, transitions, root }: Surroundings,
  courier: Courier,
  time: ServiceTime,
): OperationSurroundings {
  const { clock, gateway, config } = parts;
  return {
    clock,
    nowMs: () => time.nowMs(),
    snapshot: () => terminalSnapshot({ root: root(), journal, transitions, parts }),
    sendPart: (snapshotPart) => courier.send('up/sn', snapshotPart),
    follow: (listener) => transitions.follow(listener),
    tail: (count) => journal.tail(count),
    domains: config.gateway.domains,
    ping: (domain) => gateway.ping({ domain, signal: new AbortController().signal }),
    setVolume: (percent) => setVolume(parts, percent),
    setLogLevel: part.setLogLevel,
    reconcile: () => {
      const open = new Set([
        ...journal.ledger.openOrders().map(({ intent }) => intent.order),
        ...journal.ledger.openRefunds().map(({ intent }) => intent.order),
      ]);
      for (const order of open) root().send({ type: 'order.reconcile', order });
      return open.size;
    },
    isPaymentInHand: () => isPaymentInHand(root()),
    restart: part.restart,
    reboot: part.reboot,
  };
}

async function bringIntoForce({ part, desk: { parts }, root }: Surroundings, document: DesiredDocument) {
  const { volumePercent, locale, logLevel, telemetryMs } = document;
  if (volumePercent !== undefined) await setVolume(parts, volumePercent);
  // Screens and voice take another language at the next start; so does the order of the domains.
  if (locale !== undefined) await parts.settings.setLocale(locale);
  if (logLevel !== undefined) part.setLogLevel(logLevel);
  const pace: FleetLinkEvent = { type: 'telemetry.paced', telemetryMs: telemetryMs ?? part.telemetryMs };
  childOf(root(), 'fleetLink')?.send(pace);
}

async function setVolume({ settings, devices }: PaymentDesk['parts'], percent: number): Promise<void> {
  await settings.setVolume(percent);
  devices.speaker.setVolume(percent);
}

function readingOf({ part, desk: { journal, parts }, meter, root, startedMs }: Surroundings) {
  const { context } = root().getSnapshot() as { readonly context: TerminalContext };
  const failover = childOf(root(), 'domainFailover')?.getSnapshot() as
    { readonly context: DomainFailoverContext } | undefined;
  const { ledger } = journal;
  return {
    up: Math.round(parts.clock.monotonicMs() - startedMs),
    ...part.vitals(),
    ...surroundingsOf(context.status),
    ...(failover !== undefined && { dom: domainHealthOf(failover.context) }),
    ...meter.reading(),
    open: { orders: ledger.openOrders().length, refunds: ledger.openRefunds().length },
  };
}

/** A child of the root chart by its system id; undefined while it is being restarted. */
function childOf(root: AnyActorRef, id: string): AnyActorRef | undefined {
  return root.system.get(id) as AnyActorRef | undefined;
}

/** A payment or refund whose cashier or customer still waits, or a cashier in the middle of something. */
function isPaymentInHand(root: AnyActorRef): boolean {
  const { context } = root.getSnapshot() as { readonly context: TerminalContext };
  const cashier = childOf(root, 'cashier')?.getSnapshot() as { hasTag(tag: string): boolean } | undefined;
  const isIdle = cashier === undefined || !context.status.configured || cashier.hasTag('idle');
  return isTradeInHand(context) || context.followedRefund !== null || !isIdle;
}

function rememberer({ part, desk: { parts } }: Surroundings): (e: string, s: number) => void {
  const { clock, log } = parts;
  let savedAtMs = -REMEMBER_PAUSE_MS;
  return (e, s) => {
    if (clock.monotonicMs() - savedAtMs < REMEMBER_PAUSE_MS) return;
    savedAtMs = clock.monotonicMs();
    part.memory.save({ acknowledged: { e, s } }).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      log.warn({ reason }, 'the memory of the fleet link could not be written');
    });
  };
}

function randomEpoch(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
