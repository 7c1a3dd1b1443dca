import { fromPromise } from 'xstate';
import type { Binding, UnbindAnswer } from '../machines/unbind.machine.ts';
import type { PaymentDesk } from './payment-ports.ts';

function openItems({ journal: { ledger } }: PaymentDesk): number {
  return ledger.openOrders().length + ledger.openRefunds().length;
}

const refused = (trouble: Extract<UnbindAnswer, { kind: 'refused' }>['trouble'], description = ''): UnbindAnswer => ({
  kind: 'refused',
  trouble,
  description,
});

/** The gateway first: a terminal that forgot its key while the gateway still counts it as bound could not be configured again. */
async function unbind(desk: PaymentDesk, signal: AbortSignal): Promise<UnbindAnswer> {
  const { gateway, settings, config } = desk.parts;
  const { configuration } = settings.current();
  if (configuration === null) return refused('unconfigured');
  if (openItems(desk) > 0) return refused('open-items');
  const answer = await desk.calls.attempt((call) => gateway.unbind(configuration, config.sn, call), { signal });
  switch (answer.kind) {
    case 'done':
      await settings.unbind();
      return { kind: 'unbound' };
    case 'refused':
      return refused('rejected', answer.description);
    case 'unknown':
    case 'not-sent':
      return refused('unreachable', answer.reason);
  }
}

/** What the unbinding asks for: never while a payment or refund still needs the key (cloudpay-api §7.3). */
export function unbindPorts(desk: PaymentDesk) {
  return {
    readBinding: fromPromise<Binding, void>(() => {
      const { configuration } = desk.parts.settings.current();
      const shopName = configuration?.shopName ?? '';
      return Promise.resolve({ configured: configuration !== null, shopName, open: openItems(desk) });
    }),
    unbind: fromPromise<UnbindAnswer, void>(({ signal }) => unbind(desk, signal)),
  };
}
