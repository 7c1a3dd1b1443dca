import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { paymentMachine } from '../../machines/payment.machine.ts';
import type { PayAnswer, PaymentVerdict, QueryAnswer } from '../../machines/payment-order.ts';
import { crashed, done, next, timeOut, type Row } from '../support/charts.ts';
import {
  BUSY,
  CLOSED,
  CONTEXT,
  DOMAINS,
  NOT_FOUND,
  PAID,
  PROCESSING,
  RECOVERED,
  REFUSED,
  SENT,
  TAKEN,
  UNKNOWN,
  WAITING,
  facts,
  notSent,
} from '../support/payment-answers.ts';

const test = suite('machines/payment-states');

const submitted = (answer: PayAnswer) => done('payment.inWindow.submitting', answer);
const queried = (answer: QueryAnswer) => done('payment.inWindow.querying', answer);
const lastQueried = (answer: QueryAnswer) => done('payment.lastQuery', answer);
const reconciled = (answer: QueryAnswer) => done('payment.unresolved.reconciling', answer);

function table(title: string, context: object, rows: readonly Row[]): void {
  for (const [state, event, target] of rows) {
    const output = event['output'] as { kind?: string; state?: string; reason?: string } | undefined;
    const what = [event.type, output?.kind, output?.state ?? output?.reason].filter((word) => word !== undefined);
    const verb = state === target ? 'stays on' : `goes to ${target} on`;
    test(`${title}: ${state} ${verb} ${what.join(' ')}`, () => {
      assert.is(next(paymentMachine, state, context, event).state, target);
    });
  }
}

table('before anything was sent', CONTEXT, [
  ['recording', done('payment.recording', { order: 'o1' }), 'inWindow.submitting'],
  ['recording', crashed('payment.recording'), 'notStarted'],
  ['recording', { type: 'payment.reconcile' }, 'recording'],
  ['inWindow.submitting', submitted(PAID), 'recordingResult'],
  ['inWindow.submitting', submitted(facts('refunded')), 'recordingResult'],
  ['inWindow.submitting', submitted(facts('finished')), 'recordingResult'],
  ['inWindow.submitting', submitted(CLOSED), 'recordingResult'],
  ['inWindow.submitting', submitted(REFUSED), 'recordingResult'],
  ['inWindow.submitting', submitted(TAKEN), 'recordingResult'],
  ['inWindow.submitting', submitted(WAITING), 'inWindow.passwordEntry'],
  ['inWindow.submitting', submitted(PROCESSING), 'inWindow.pausing'],
  ['inWindow.submitting', submitted(UNKNOWN), 'inWindow.pausing'],
  ['inWindow.submitting', submitted(BUSY), 'inWindow.pausing'],
  ['inWindow.submitting', submitted(notSent('https://a.test')), 'inWindow.submitting'],
  ['inWindow.submitting', crashed('payment.inWindow.submitting'), 'inWindow.pausing'],
  ['inWindow.submitting', { type: 'payment.reconcile' }, 'inWindow.submitting'],
  ['inWindow.submitting', timeOut('windowRemaining', 'payment.inWindow'), 'lastQuery'],
]);

table('once bytes may have left', SENT, [
  ['inWindow.submitting', submitted(REFUSED), 'inWindow.pausing'],
  ['inWindow.submitting', submitted(TAKEN), 'inWindow.pausing'],
  ['inWindow.passwordEntry', timeOut('pollDelay', 'payment.inWindow.passwordEntry'), 'inWindow.querying'],
  ['inWindow.passwordEntry', { type: 'payment.reconcile' }, 'inWindow.querying'],
  ['inWindow.passwordEntry', queried(PAID), 'inWindow.passwordEntry'],
  ['inWindow.pausing', timeOut('pollDelay', 'payment.inWindow.pausing'), 'inWindow.querying'],
  ['inWindow.pausing', { type: 'payment.reconcile' }, 'inWindow.querying'],
  ['inWindow.pausing', queried(CLOSED), 'inWindow.pausing'],
  ['inWindow.switching', timeOut('nextDomainDelay', 'payment.inWindow.switching'), 'inWindow.querying'],
  ['inWindow.querying', queried(PAID), 'recordingResult'],
  ['inWindow.querying', queried(CLOSED), 'recordingResult'],
  ['inWindow.querying', queried(WAITING), 'inWindow.passwordEntry'],
  ['inWindow.querying', queried(PROCESSING), 'inWindow.pausing'],
  ['inWindow.querying', queried(UNKNOWN), 'inWindow.pausing'],
  ['inWindow.querying', queried(REFUSED), 'inWindow.pausing'],
  ['inWindow.querying', queried(NOT_FOUND), 'inWindow.submitting'],
  ['inWindow.querying', queried(notSent('https://b.test')), 'inWindow.switching'],
  ['inWindow.querying', crashed('payment.inWindow.querying'), 'inWindow.pausing'],
  ['inWindow.querying', { type: 'payment.reconcile' }, 'inWindow.querying'],
  ['inWindow.querying', timeOut('windowRemaining', 'payment.inWindow'), 'lastQuery'],
  ['lastQuery', lastQueried(PAID), 'recordingResult'],
  ['lastQuery', lastQueried(CLOSED), 'recordingResult'],
  ['lastQuery', lastQueried(NOT_FOUND), 'unresolved.resting'],
  ['lastQuery', lastQueried(UNKNOWN), 'unresolved.resting'],
  ['lastQuery', lastQueried(REFUSED), 'unresolved.resting'],
  ['lastQuery', crashed('payment.lastQuery'), 'unresolved.resting'],
  ['lastQuery', { type: 'payment.reconcile' }, 'lastQuery'],
  ['unresolved.resting', timeOut('reconcileDelay', 'payment.unresolved.resting'), 'unresolved.reconciling'],
  ['unresolved.resting', { type: 'payment.reconcile' }, 'unresolved.reconciling'],
  ['unresolved.resting', timeOut('denialFinal', 'payment.unresolved'), 'unresolved.resting'],
  ['unresolved.reconciling', reconciled(PAID), 'recordingResult'],
  ['unresolved.reconciling', reconciled(CLOSED), 'recordingResult'],
  ['unresolved.reconciling', reconciled(NOT_FOUND), 'unresolved.resting'],
  ['unresolved.reconciling', reconciled(REFUSED), 'unresolved.resting'],
  ['unresolved.reconciling', reconciled(UNKNOWN), 'unresolved.resting'],
  ['unresolved.reconciling', crashed('payment.unresolved.reconciling'), 'unresolved.resting'],
  ['unresolved.reconciling', { type: 'payment.reconcile' }, 'unresolved.reconciling'],
]);

const VERDICT: PaymentVerdict = { outcome: 'paid', reason: '', transactionId: 't1', paidAtMs: 2, late: false };
table('with a verdict', { ...SENT, verdict: VERDICT }, [
  ['recordingResult', done('payment.recordingResult', undefined), 'settled'],
  ['recordingResult', crashed('payment.recordingResult'), 'settledUnrecorded.resting'],
  ['recordingResult', { type: 'payment.reconcile' }, 'recordingResult'],
  [
    'settledUnrecorded.resting',
    timeOut('recordAgain', 'payment.settledUnrecorded.resting'),
    'settledUnrecorded.recording',
  ],
  ['settledUnrecorded.recording', done('payment.settledUnrecorded.recording', undefined), 'settled'],
  ['settledUnrecorded.recording', crashed('payment.settledUnrecorded.recording'), 'settledUnrecorded.resting'],
]);

table('when the last domain could not be reached and nothing ever left', { ...CONTEXT, tried: DOMAINS.slice(0, 3) }, [
  ['inWindow.submitting', submitted(notSent('https://d.test')), 'recordingResult'],
]);
table('when the last domain could not be reached with a repeat', { ...SENT, tried: DOMAINS.slice(0, 3) }, [
  ['inWindow.submitting', submitted(notSent('https://d.test')), 'inWindow.pausing'],
]);
table('when the customer code is dead', { ...SENT, codeAlive: false }, [
  ['inWindow.querying', queried(NOT_FOUND), 'inWindow.pausing'],
]);
table('after a restart', { ...SENT, codeAlive: true, given: { ...SENT.given, sale: null }, recovered: RECOVERED }, [
  ['inWindow.querying', queried(NOT_FOUND), 'inWindow.pausing'],
]);
table('when the denial has lasted long enough', { ...SENT, denialIsFinal: true }, [
  ['unresolved.reconciling', reconciled(NOT_FOUND), 'recordingResult'],
  ['unresolved.reconciling', reconciled(REFUSED), 'unresolved.resting'],
  ['unresolved.reconciling', reconciled(PROCESSING), 'unresolved.resting'],
  ['unresolved.reconciling', reconciled(WAITING), 'unresolved.resting'],
]);
table('when an Alipay order waits beyond five lives', { ...SENT, platform: 'alipay', waitingIsFinal: true }, [
  ['unresolved.reconciling', reconciled(WAITING), 'recordingResult'],
]);
table('when a WeChat order waits beyond five lives', { ...SENT, platform: 'wechat', waitingIsFinal: true }, [
  ['unresolved.reconciling', reconciled(WAITING), 'unresolved.resting'],
]);

test.run();
