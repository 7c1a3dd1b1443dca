import type { Fen } from '../fen.ts';
import { fenOfTyped } from '../fen.ts';
import type { RefusalReason, ScreenView } from '../screens/screen-view.ts';
import type { SpokenStep } from './voice.ts';

/** What is said of a screen to who cannot read it. */
export interface Guidance {
  readonly step: SpokenStep;
  readonly amountFen: Fen | null;
  /** Typed digit by digit: it is said when the hands rest, not at every key. */
  readonly whenAtRest: boolean;
}

const REFUSALS: Readonly<Partial<Record<RefusalReason, SpokenStep>>> = {
  'amount-zero': 'amount-zero',
  'amount-over-maximum': 'amount-over-maximum',
  'over-refundable': 'over-refundable',
  'not-refundable': 'not-refundable',
  'gateway-unreachable': 'no-network',
};

const at = (step: SpokenStep, amountFen: Fen | null = null, whenAtRest = false): Guidance => ({
  step,
  amountFen,
  whenAtRest,
});

/** The spoken step of a screen; null where the voice speaks anyway, or nothing is asked for. */
export function guidanceFor(view: ScreenView): Guidance | null {
  switch (view.name) {
    case 'amount':
      return view.typed === '' ? null : at('amount', fenOfTyped(view.typed), true);
    case 'paying':
      return at('paying');
    case 'confirm':
      return view.question === 'same-amount' ? at('same-amount') : at('refund-amount', view.amountFen);
    case 'refused':
      return at(REFUSALS[view.reason] ?? 'refused');
    default:
      return guidanceOfRefund(view);
  }
}

function guidanceOfRefund(view: ScreenView): Guidance | null {
  switch (view.name) {
    case 'query-scan':
    case 'refund-scan':
      return view.typed === '' ? at('scan-slip') : null;
    case 'refund-amount':
      return at('refund-amount', view.amountFen, true);
    case 'refund-pin':
      if (view.digits > 0 || view.question !== 'refund') return null;
      return at(view.of === 'manager' ? 'refund-code' : 'refund-pin');
    case 'refunding':
      return at('refunding');
    default:
      return null;
  }
}
