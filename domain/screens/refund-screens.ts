import type { Fen } from '../fen.ts';
import type { RefundView } from './refund-view.ts';
import type { ScreenWords } from './screen-words.ts';

/** What a screen shows, in words. */
export interface Shown {
  readonly lines: readonly string[];
  readonly order?: string;
  readonly amountFen?: Fen | null;
}

type ViewNamed<Name extends RefundView['name']> = Extract<RefundView, { readonly name: Name }>;
type RefundPainters = { readonly [Name in RefundView['name']]: (view: ViewNamed<Name>, words: ScreenWords) => Shown };

/** The painters of refunds and order queries. */
export const REFUND_PAINTERS: RefundPainters = {
  'query-scan': (view, words) => entryShown(words.refund.queryScan, view, words),
  'refund-scan': (view, words) => entryShown(words.refund.refundScan, view, words),
  'refund-amount': (view, words) => {
    const [heading = '', orderAmount = ''] = words.refund.amount(view.orderFen);
    const typed = view.typed === '' ? words.yuan(view.amountFen) : `¥${view.typed}`;
    return {
      lines: [
        heading,
        typed,
        words.refund.refundable(view.refundableFen),
        orderAmount,
        words.platform(view.platform),
        words.refund.amountHint,
      ],
      order: view.order,
      amountFen: view.amountFen,
    };
  },
  'refund-pin': (view, { refund }) => ({
    lines: [
      refund.pin[view.of ?? 'pin'][view.question],
      '*'.repeat(view.digits),
      refund.pinNote(view.note) || refund.pinHint[view.of ?? 'pin'],
      view.hasOther === true ? refund.pinOther[view.of ?? 'pin'] : '',
    ],
  }),
  'refund-pin-set': (view, { refund }) => ({ lines: refund.pinSet(view.isSet, view.of ?? 'pin') }),
  refunding: (view, words) => refundShown(view, words, [words.refund.refunding]),
  'refund-accepted': (view, words) =>
    refundShown(view, words, [words.refund.accepted], [view.isDone ? words.refund.done : words.refund.acceptedHelp]),
  'refund-failed': (view, words) => {
    const { outcome, reason } = view;
    const isKnown = outcome === 'manual' || outcome === 'failed' || outcome === 'not-sent';
    const [heading = '', ...help] = words.refund.failed[isKnown ? outcome : 'rejected'];
    return refundShown(view, words, [heading], [...help, reason, words.flows.support.hint]);
  },
  'refund-unknown': (view, words) => {
    const [heading = '', ...help] = words.refund.unknown;
    return refundShown(view, words, [heading], [...help, words.flows.support.hint]);
  },
  order: orderShown,
  'order-not-found': (view, { refund, orderNumber }) => ({ lines: [...refund.notFound, orderNumber(view.number)] }),
};

function entryShown(
  heading: readonly string[],
  view: ViewNamed<'query-scan' | 'refund-scan'>,
  words: ScreenWords,
): Shown {
  const note = view.note === 'looking-up' ? words.refund.lookingUp : words.notes[view.note];
  const [title = '', ...help] = heading;
  return { lines: [title, view.typed, ...(note === '' ? help : [note])] };
}

function refundShown(
  view: ViewNamed<'refunding' | 'refund-accepted' | 'refund-failed' | 'refund-unknown'>,
  words: ScreenWords,
  before: readonly string[],
  after: readonly string[] = [],
): Shown {
  const number = view.refund === '' ? '' : words.refund.refundNumber(view.refund);
  return {
    lines: [...before, words.yuan(view.refundFen), words.platform(view.platform), ...after, number],
    order: view.order,
    amountFen: view.refundFen,
  };
}

function orderShown({ found, at }: ViewNamed<'order'>, words: ScreenWords): Shown {
  const { refund } = words;
  const isPaid = found.state === 'paid' || found.state === 'partly-refunded' || found.state === 'fully-refunded';
  const offline = found.source === 'journal';
  return {
    lines: [
      refund.orderState[found.state],
      words.yuan(found.amountFen),
      words.platform(found.platform),
      found.refundedFen > 0 ? refund.refunded(found.refundedFen) : '',
      isPaid && !offline && found.gatewayRefundedFen === null ? refund.refundsUnconfirmed : '',
      offline ? refund.fromJournal : '',
      ...found.refunds.map(({ refundFen, state }) => refund.refundLine(refundFen, refund.refundState[state])),
      at,
      words.orderNumber(found.order),
      found.isRefundable && found.refundableFen > 0 ? refund.orderHint : '',
    ],
    order: found.order,
    amountFen: found.amountFen,
  };
}
