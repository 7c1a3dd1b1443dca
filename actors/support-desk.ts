import { fromPromise } from 'xstate';
import { localTimeText } from '../domain/slips/local-time.ts';
import type { SupportCall, SupportFacts, SupportSubject } from '../domain/support-facts.ts';
import type { RememberedCall } from './call-memory.ts';
import type { PaymentDesk } from './payment-ports.ts';

/** Calls that fit a QR code which a phone reads off a small screen. */
const CALLS_SHOWN = 4;

function callOf({ trace, kind, atMs }: RememberedCall, utcOffsetMinutes: number): SupportCall {
  const { operation, domain, status, internalStatus, logId, connectMs, requestMs } = trace;
  return {
    time: localTimeText(atMs, utcOffsetMinutes).slice(11),
    operation,
    kind,
    host: domain.replace(/^https:\/\//, ''),
    status,
    internalStatus,
    logId,
    connectMs,
    requestMs,
  };
}

/** What is known of a failure, for the service provider: from memory, so that it is there without network and storage. */
export function supportFacts({ parts, calls }: PaymentDesk, { order, refund }: SupportSubject): SupportFacts {
  const { config, version, clock, utcOffsetMinutes } = parts;
  const numbers = [order, refund].flatMap((number) => number ?? []);
  return {
    sn: config.sn,
    version,
    at: localTimeText(clock.wallMs(), utcOffsetMinutes),
    order,
    refund,
    calls: calls.memory.recent(numbers, CALLS_SHOWN).map((call) => callOf(call, utcOffsetMinutes)),
  };
}

/** What the support flow asks for. */
export function supportPorts(desk: PaymentDesk) {
  return {
    readSupport: fromPromise<SupportFacts, { about: SupportSubject }>(({ input }) =>
      Promise.resolve(supportFacts(desk, input.about)),
    ),
  };
}
