import type { Key } from '../domain/screen.ts';
import type { ScanNote } from '../domain/screens/screen-view.ts';
import type { NumberReading, WantedNumber } from './order-lookup.ts';

/** The key that was pressed, for the action that types it. */
export const keyOf = ({ event }: { event: { key: Key } }): { key: Key } => ({ key: event.key });

/** The number that a scanned slip names. */
export const wantedOf = ({
  event,
}: {
  event: { number: string; of: 'order' | 'refund' };
}): { wanted: WantedNumber } => ({ wanted: { number: event.number, of: event.of } });

const readingOf = ({ event }: { event: { output: NumberReading } }): { reading: NumberReading } => ({
  reading: event.output,
});

/**
 * How a chart comes by an order's number, typed or scanned: states of order query and refund alike. The chart that spreads them has the
 * states `lookingUp` and `left`, the port `readNumber`, and the guards and actions that are named here.
 */
export const numberEntryStates = {
  entering: {
    entry: 'showEntry',
    after: { entryPause: 'left' },
    on: {
      'key.amount': { actions: [{ type: 'typeKey', params: keyOf }, 'showEntry'] },
      'key.backspace': { actions: ['eraseKey', 'showEntry'] },
      'key.enter': { guard: 'isTyped', target: 'reading' },
      'scan.order': { target: 'lookingUp', actions: { type: 'want', params: wantedOf } },
      'scan.rejected': {
        actions: [
          { type: 'note', params: ({ event }: { event: { note: ScanNote } }) => ({ note: event.note }) },
          'showEntry',
        ],
      },
      'scan.*': { actions: [{ type: 'note', params: { note: 'not-an-order' } }, 'showEntry'] },
    },
  },
  reading: {
    invoke: {
      src: 'readNumber',
      input: ({ context }: { context: { readonly typed: string } }) => ({ typed: context.typed }),
      onDone: [
        {
          guard: { type: 'isRead', params: readingOf },
          target: 'lookingUp',
          actions: { type: 'wantTyped', params: readingOf },
        },
        { target: 'entering', actions: { type: 'noteReading', params: readingOf } },
      ],
      onError: {
        target: 'entering',
        actions: {
          type: 'reportCrash',
          params: ({ event }: { event: { error: unknown } }) => ({ error: event.error }),
        },
      },
    },
  },
} as const;
