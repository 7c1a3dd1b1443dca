import { createHash } from 'node:crypto';
import { join } from 'node:path';
import {
  createActor,
  fromPromise,
  type AnyActorRef,
  type SnapshotFrom,
  type Actor,
  type InspectionEvent,
} from 'xstate';
import { devicePart } from '../domain/order-number.ts';
import type { Domain, PingAnswer } from '../domain/payment-gateway.ts';
import type { Locale } from '../domain/sentence.ts';
import { voiceFor } from '../domain/voice/voice.ts';
import type { TerminalSnapshot } from '../fleet/contract/snapshot.ts';
import { announcerMachine } from '../machines/announcer.machine.ts';
import { cashierMachine } from '../machines/cashier.machine.ts';
import type { SaleCheck } from '../machines/cashier-view.ts';
import { deviceConfigMachine } from '../machines/device-config.machine.ts';
import {
  chooseDomain,
  domainFailoverMachine,
  type DomainFailoverContext,
  type DomainFailoverEvent,
} from '../machines/domain-failover.machine.ts';
import { paymentMachine } from '../machines/payment.machine.ts';
import type { RecoveredOrder } from '../machines/payment-order.ts';
import { orderQueryMachine } from '../machines/order-query.machine.ts';
import { refundMachine } from '../machines/refund.machine.ts';
import { refundFlowMachine } from '../machines/refund-flow.machine.ts';
import { refundPinMachine } from '../machines/refund-pin.machine.ts';
import type { RecoveredRefund } from '../machines/refund-order.ts';
import { printSpoolerMachine } from '../machines/print-spooler.machine.ts';
import { terminalMachine } from '../machines/terminal.machine.ts';
import { isTradeInHand, type Owed, type Recovered, type TerminalEvent } from '../machines/terminal-orders.ts';
import { BindingWatch } from './binding-watch.ts';
import { configurationPorts } from './configuration-ports.ts';
import { Display } from './display.ts';
import { openFleetLink, type FleetLink } from './fleet-link/fleet-link.ts';
import { flowCharts } from './flow-ports.ts';
import { Guide } from './guide.ts';
import { GatewayCalls } from './gateway-calls.ts';
import { keyEvent } from './key-events.ts';
import { OrderNumbers } from './order-numbers.ts';
import { OrderLookup } from './order-lookup.ts';
import { PinPad } from './pin-pad.ts';
import { openRefunds, orderDeskPorts, pinPadActions, refundPinPorts, refundPorts } from './refund-ports.ts';
import { checkSale, openOrders, paymentPorts, type PaymentDesk } from './payment-ports.ts';
import { LineWarmer } from './line-warmer.ts';
import type { Monitor } from './monitoring/monitor.ts';
import { openMonitor } from './monitoring/open-monitor.ts';
import { owedAgain, recovered } from './recovered.ts';
import { StoredNetwork } from './stored-network.ts';
import { CUSTOMER_CODE_LIFE_MS, ScanDoor } from './scan-door.ts';
import { tellingPorts } from './telling-ports.ts';
import { dumpTerminal, type TerminalDump } from './terminal-dump.ts';
import { TerminalJournal } from './terminal-journal.ts';
import type { TerminalParts } from './terminal-parts.ts';
import { watchRoot } from './watch-root.ts';
import { terminalSnapshot } from './terminal-snapshot.ts';
import { TransitionLog } from './transition-log.ts';
import { Upgrader } from './upgrade/upgrader.ts';
import { withPorts } from './with-ports.ts';

const DOMAIN_COOL_DOWN_MS = 30_000;
const RECONCILE_INTERVAL_MAX_MS = 600_000;

/** A running terminal. */
export interface Terminal {
  dump(): TerminalDump;
  /** A look inside that may leave the terminal: masked by allow-list, with the last transitions where they are kept. */
  snapshot(): TerminalSnapshot;
  /** An orderly stop: charts first, then the journal. Devices and gateway belong to whoever made them. */
  stop(): void;
  /** After `stop`: resolves when the fleet service has been told, or cannot be, at most about a second later. */
  left(): Promise<void>;
}

/**
 * Wires a terminal from its parts and starts it. The same function runs on a box, in a browser demo and in the simulated world.
 * @throws TerminalFailure `storage.*` when the journal cannot be opened
 */
export function startTerminal(parts: TerminalParts): Terminal {
  const { config, devices, log, settings } = parts;
  const locale = settings.current().locale ?? config.locale;
  const transitions = parts.fleet === undefined ? null : new TransitionLog(parts.clock);
  const desk = openDesk(
    parts,
    (event) => root.send(event),
    () => root.getSnapshot().children['domainFailover'] as DomainActor,
  );
  const upgrader = openUpgrader(
    desk,
    locale,
    (event) => root.send(event),
    () => isIdle(root.getSnapshot()),
  );
  const jobs = upgrader?.jobs ?? null;
  const fleet = transitions === null ? null : openFleetLink({ desk, transitions, root: () => root, jobs });
  const monitor = openMonitor({ desk, isIdle: () => isIdle(root.getSnapshot()) });
  devices.speaker.setVolume(settings.current().volumePercent);
  const root: Actor<typeof terminalMachine> = createActor(
    provided(desk, { locale, fleet, upgrader }, (event) => root.send(event)),
    {
      input: {
        locale,
        fleet: fleet?.input ?? null,
        utcOffsetMinutes: parts.utcOffsetMinutes,
        domains: fleet?.domains ?? config.gateway.domains,
        domainCoolDownMs: DOMAIN_COOL_DOWN_MS,
        maxAmountFen: config.payment.maxAmountFen,
        printer: devices.printer.status(),
        copies: config.printer.copies,
        limits: limitsOf(config),
      },
      clock: parts.clock,
      ...(transitions !== null && { inspect: (inspected: InspectionEvent) => transitions.inspect(inspected) }),
    },
  );
  const screen = openScreen(desk, locale, (event) => root.send(event), monitor);
  root.subscribe({
    next: (snapshot) => screen.follow(snapshot),
    error: (error) => {
      desk.journal.recordCrash(error);
      parts.onCrash(error);
    },
  });
  root.start();
  // Hands reach the cashier's session itself: the root would only ask all its regions and pass each key on. While it restarts, the root hears.
  const session = (): AnyActorRef => (root.system.get('cashier') as AnyActorRef | undefined) ?? root;
  const unsubscribe = [
    devices.keypad.subscribe((key) => session().send(keyEvent(key))),
    devices.scanner.subscribe((text) => session().send(desk.door.enter(text))),
    devices.printer.subscribe((condition) => root.send({ type: 'printer.changed', condition })),
    watchRoot(parts, root, desk.journal),
    upgrader?.start() ?? (() => undefined),
  ];
  log.info({ sn: config.sn, version: parts.version, boot: desk.journal.ledger.boot }, 'terminal started');
  return {
    dump: () => dumpTerminal(root, desk.journal),
    snapshot: () => terminalSnapshot({ root, journal: desk.journal, transitions, parts }),
    left: () => fleet?.ended() ?? Promise.resolve(),
    stop: () => {
      for (const release of unsubscribe) release();
      screen.stop();
      monitor.stop();
      root.stop();
      desk.journal.close();
      log.info({}, 'terminal stopped');
    },
  };
}

/** What follows the screen: the display itself, the spoken guide, the line that is kept warm, the upload that gives way. */
function openScreen(desk: PaymentDesk, locale: Locale, send: (event: TerminalEvent) => void, monitor: Monitor) {
  const { clock, settings, devices, utcOffsetMinutes } = desk.parts;
  const voice = voiceFor(locale, utcOffsetMinutes);
  const guide = new Guide({ settings, clock, voice, say: (sentence) => send({ type: 'guidance.due', sentence }) });
  const network = new StoredNetwork({ wifi: devices.wifi, settings, clock, log: desk.parts.log });
  const warmer = new LineWarmer({ clock, warmUp: () => warmUp(desk) });
  const binding = new BindingWatch(settings, send);
  const display = new Display(devices.screen, locale, (view) => {
    guide.show(view);
    warmer.show(view);
    if (view.name === 'present-code') monitor.giveWay();
    network.show(view.name);
  });
  return {
    follow: (snapshot: SnapshotFrom<typeof terminalMachine>): void => {
      display.follow(snapshot);
      binding.follow(snapshot);
    },
    stop: () => {
      guide.stop();
      warmer.stop();
      network.giveWay();
    },
  };
}

/** How long a payment waits, asks and gives up. */
function limitsOf(config: TerminalParts['config']) {
  return {
    pollIntervalMs: config.payment.pollIntervalMs,
    windowMs: config.payment.windowMs,
    codeLifeMs: CUSTOMER_CODE_LIFE_MS,
    reconcileIntervalMs: config.reconcile.intervalMs,
    reconcileIntervalMaxMs: RECONCILE_INTERVAL_MAX_MS,
    notFoundFinalAfterMs: config.reconcile.notFoundFinalAfterMs,
    domains: config.gateway.domains.length,
  };
}

/** What brings releases; null when this installation cannot upgrade itself. */
function openUpgrader(
  desk: PaymentDesk,
  locale: Locale,
  send: (event: TerminalEvent) => void,
  idle: () => boolean,
): Upgrader | null {
  const { upgrade, utcOffsetMinutes } = desk.parts;
  if (upgrade === undefined) return null;
  const voice = voiceFor(locale, utcOffsetMinutes);
  return new Upgrader({
    desk,
    part: upgrade,
    voice,
    isIdle: idle,
    say: (sentence) => send({ type: 'guidance.due', sentence }),
    due: (version) => send({ type: 'upgrade.due', version }),
  });
}

/** Opens a connection to the domain that the next attempt would take. */
function warmUp({ parts, calls }: PaymentDesk): void {
  void parts.gateway.warmUp({ domain: calls.choose(), signal: new AbortController().signal });
}

/** Nobody stands at the counter, and no payment or refund waits for its answer. */
function isIdle({ children, context }: SnapshotFrom<typeof terminalMachine>): boolean {
  const session = children['cashier']?.getSnapshot() as { readonly tags?: ReadonlySet<string> } | undefined;
  return session?.tags?.has('idle') === true && !isTradeInHand(context);
}

type DomainActor =
  { getSnapshot(): { readonly context: DomainFailoverContext }; send(event: DomainFailoverEvent): void } | undefined;

function openDesk(
  parts: TerminalParts,
  send: (event: TerminalEvent) => void,
  failover: () => DomainActor,
): PaymentDesk {
  const { config, clock, random, settings, keyStore } = parts;
  const journal = new TerminalJournal({
    disk: parts.disk,
    folder: join(config.dataDir, 'journal'),
    clock,
    version: parts.version,
    segmentBytes: config.journal.segmentKilobytes * 1024,
    keepSegments: Math.ceil((config.journal.keepMegabytes * 1024) / config.journal.segmentKilobytes),
    onNotice: (reason) => parts.log.warn({ reason }, 'the journal needs attention'),
    onFailure: (reason) => {
      parts.log.error({ reason }, 'the journal failed: sales stop until it is open again');
      send({ type: 'storage.failed', reason });
    },
  });
  const device = devicePart(createHash('sha256').update(config.sn).digest('hex'));
  return {
    parts,
    journal,
    numbers: new OrderNumbers({ ledger: journal.ledger, random, device }),
    calls: new GatewayCalls({
      chooseDomain: (tried) => domainOf(failover(), config.gateway.domains, tried),
      // To the chart itself, as with the keys.
      reportHealth: (event) => (failover() ?? { send }).send(event),
      log: parts.log,
      nowMs: () => clock.wallMs(),
    }),
    door: new ScanDoor({
      ledger: journal.ledger,
      keyStore,
      clock,
      domains: config.gateway.domains,
      orderPrefix: () => settings.current().configuration?.orderPrefix ?? null,
    }),
  };
}

/** While the failover chart restarts, any domain is better than none. */
function domainOf(failover: DomainActor, domains: readonly Domain[], tried: readonly Domain[]): Domain {
  if (failover !== undefined) return chooseDomain(failover.getSnapshot().context, tried);
  const domain = domains.find((candidate) => !tried.includes(candidate)) ?? domains[0];
  if (domain === undefined) throw new Error('a terminal needs at least one domain');
  return domain;
}

/** The charts with every port fulfilled. */
function provided(
  desk: PaymentDesk,
  { locale, fleet, upgrader }: { locale: Locale; fleet: FleetLink | null; upgrader: Upgrader | null },
  send: (event: TerminalEvent) => void,
) {
  const { parts, journal } = desk;
  const lookup = new OrderLookup(desk);
  const pad = new PinPad();
  const orderDesk = orderDeskPorts(desk, lookup, pad);
  const told = tellingPorts(parts, journal, locale, (order) => lookup.found(order));
  return withPorts(terminalMachine, {
    actors: {
      recover: fromPromise<Recovered, void>(() => Promise.resolve(recovered(desk, locale))),
      readOpenOrders: fromPromise<readonly RecoveredOrder[], void>(() => Promise.resolve(openOrders(desk))),
      readOpenRefunds: fromPromise<readonly RecoveredRefund[], void>(() => Promise.resolve(openRefunds(desk))),
      readOwed: fromPromise<Owed, void>(() => Promise.resolve(owedAgain(desk, locale))),
      reopenStorage: fromPromise<void, void>(() => {
        journal.reopen();
        told.recordMissed();
        return Promise.resolve();
      }),
      payment: withPorts(paymentMachine, { actors: paymentPorts(desk) }),
      refund: withPorts(refundMachine, { actors: refundPorts(desk) }),
      cashier: withPorts(cashierMachine, {
        actors: {
          checkSale: fromPromise<SaleCheck, { amountFen: number }>(({ input }) =>
            Promise.resolve(checkSale(desk, input.amountFen)),
          ),
          orderQuery: withPorts(orderQueryMachine, {
            actors: { readNumber: orderDesk.readNumber, lookUp: orderDesk.lookUp },
          }),
          refundFlow: withPorts(refundFlowMachine, { actors: orderDesk, actions: pinPadActions(pad) }),
          refundPin: withPorts(refundPinMachine, { actors: refundPinPorts(desk, pad), actions: pinPadActions(pad) }),
          deviceConfig: withPorts(deviceConfigMachine, { actors: configurationPorts(desk) }),
          ...flowCharts(desk, upgrader),
        },
      }),
      domainFailover: withPorts(domainFailoverMachine, {
        actors: {
          ping: fromPromise<PingAnswer, { domain: Domain }>(async ({ input, signal }) => {
            const answer = await parts.gateway.ping({ domain: input.domain, signal });
            const gatewayMs = answer.kind === 'alive' ? answer.gatewayTimeMs : null;
            if (gatewayMs !== null) send({ type: 'clock.compared', offMs: parts.clock.wallMs() - gatewayMs });
            return answer;
          }),
        },
      }),
      ...(fleet !== null && { fleetLink: fleet.chart }),
      announcer: withPorts(announcerMachine, { actors: { speak: told.speak, recordTold: told.recordTold } }),
      printSpooler: withPorts(printSpoolerMachine, {
        actors: { printSlip: told.printSlip, recordPrinted: told.recordPrinted },
      }),
    },
    actions: {
      warmUp: () => warmUp(desk),
      logCrash: (_, { where, error }) => parts.log.error({ where, reason: wordsOf(error) }, 'an actor crashed'),
      recordDropped: (_, { jobs }) => told.recordDropped(jobs),
      announceReady: (_, { configured }) => parts.onReady({ configured }),
    },
  });
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
