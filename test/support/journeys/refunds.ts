import { composeNumber } from '../../../domain/order-number.ts';
import type { Journey, Walk } from './walk.ts';

const MINUTE_MS = 60_000;
/** A number as another terminal of the shop could have made it, and never did. */
const NOBODYS = composeNumber({ prefix: '01009999', device: '0001', counter: 1, of: 'order' });
const PIN = ['4', '8', '2', '9', '1', '3'] as const;

/** Until the refund's end is known and told. */
async function ended(walk: Walk): Promise<void> {
  await walk.home();
  await walk.settled();
  await walk.pass(8000);
}

export const PLAIN_REFUND: Journey = {
  name: 'a plain refund',
  walk: async (walk) => {
    const order = await walk.paid();
    await walk.refund(order);
    await walk.sees('refund-accepted');
    await walk.pass(2000);
    await ended(walk);
  },
};

/** Refunds and what can come between a number and the money that goes back. */
export const REFUNDS: readonly Journey[] = [
  PLAIN_REFUND,
  {
    name: 'a number typed by hand, more than the order, and a refund that the gateway refuses',
    walk: async (walk) => {
      const order = await walk.paid({ fen: 90_035 });
      await walk.press('refund');
      await walk.press(...([...order] as never[]), 'enter');
      await walk.sees('refund-amount');
      await walk.press('9', '9', '9', '9', 'enter');
      await walk.sees('refused');
      await walk.press('0', '.', '0', '1', 'enter');
      await walk.sees('refund-failed', 'refund-accepted');
      await ended(walk);
      await walk.press('refund');
      await walk.scan(NOBODYS);
      await walk.sees('order-not-found', 'refund-failed', 'refused');
      await walk.home();
    },
  },
  {
    name: 'a refund of an order whose detail is out of reach',
    walk: async (walk) => {
      const order = await walk.paid();
      walk.shop.sandbox.arm({ script: 'http-502-not-taken', interface: 'client_order_detail', times: 8 });
      await walk.press('refund');
      await walk.scan(order);
      await walk.sees('confirm');
      walk.shop.sandbox.disarm();
      await walk.press('enter');
      await walk.sees('refund-amount');
      await walk.home();
    },
  },
  {
    name: 'a refund whose request is lost, and one whose answer is lost',
    walk: async (walk) => {
      for (const script of ['refund-lost-not-done', 'refund-lost-done']) {
        const order = await walk.paid();
        walk.shop.sandbox.arm({ script });
        await walk.refund(order);
        await walk.sees('refund-accepted');
        await ended(walk);
      }
    },
  },
  {
    name: 'a refund whose line goes, which is unknown and goes out again',
    walk: async (walk) => {
      const order = await walk.paid();
      walk.shop.sandbox.arm({ script: 'refund-lost-not-done' });
      await walk.refund(order);
      await walk.comes('the lost request', () => walk.shop.openItems > 0);
      walk.shop.setDomains('refuse');
      await walk.sees('refund-unknown');
      await walk.pass(MINUTE_MS);
      walk.shop.setDomains('up');
      await ended(walk);
    },
  },
  {
    name: 'a refund whose end the disk does not take',
    walk: async (walk) => {
      walk.shop.sandbox.change({ refundDelayMs: 20_000 });
      try {
        const order = await walk.paid();
        await walk.refund(order);
        await walk.sees('refund-accepted');
        await walk.pass(5000);
        walk.shop.disk.inject({ call: 'any', nth: 1, code: 'EIO', permanent: true });
        await walk.pass(MINUTE_MS);
        walk.shop.disk.heal();
        await ended(walk);
      } finally {
        walk.shop.sandbox.change({ refundDelayMs: 3000 });
      }
    },
  },
  {
    name: 'a PIN that is set, asked for, and removed',
    walk: async (walk) => {
      walk.shop.mayHavePin = true;
      await walk.menu('9');
      await walk.sees('refund-pin');
      await walk.press(...PIN, 'enter', ...PIN, 'enter');
      await walk.sees('refund-pin-set');
      const order = await walk.paid();
      await walk.refund(order);
      await walk.sees('refund-pin');
      await walk.press(...PIN, 'enter');
      await walk.sees('refund-accepted');
      await ended(walk);
      await walk.menu('9');
      await walk.sees('refund-pin');
      await walk.press(...PIN, 'enter');
      await walk.pass(1000);
      await walk.press('enter');
      await walk.sees('refund-pin-set');
      await walk.home();
    },
  },
  {
    name: 'an order that is asked for, by hand and by scan, known and unknown',
    walk: async (walk) => {
      const order = await walk.paid();
      await walk.press('query');
      await walk.press(...([...order] as never[]), 'enter');
      await walk.sees('order');
      await walk.press('query');
      await walk.scan(NOBODYS);
      await walk.sees('order-not-found', 'refused');
      await walk.home();
    },
  },
  {
    name: 'an order that ends while it is looked at',
    walk: async (walk) => {
      await walk.sell({ kind: 'password', waitS: 20 });
      await walk.sees('password');
      const order = walk.shop.screen?.order ?? '';
      await walk.home();
      await walk.scan(order);
      await walk.sees('order');
      await walk.pass(30_000);
      await ended(walk);
    },
  },
];
