import type { Journey } from './walk.ts';

const MINUTE_MS = 60_000;

export const PLAIN_SALE: Journey = {
  name: 'a plain sale',
  walk: async (walk) => {
    await walk.paid();
    await walk.pass(8000);
  },
};

/** Sales and what can come between an amount and its telling. */
export const SALES: readonly Journey[] = [
  PLAIN_SALE,
  {
    name: 'a sale with a password',
    walk: async (walk) => {
      await walk.paid({ kind: 'password', waitS: 8 });
      await walk.pass(8000);
    },
  },
  {
    name: 'a wallet without money, and the facts for support',
    walk: async (walk) => {
      await walk.sell({ kind: 'insufficient' });
      await walk.sees('failed');
      await walk.press('down');
      await walk.sees('support');
      await walk.press('enter', 'enter');
      await walk.pass(6000);
    },
  },
  {
    name: 'an amount of nothing',
    walk: async (walk) => {
      await walk.type(0);
      await walk.sees('refused');
      await walk.home();
    },
  },
  {
    name: 'a sale whose answer is lost',
    walk: async (walk) => {
      await walk.paid({ fen: 90_002 });
    },
  },
  {
    name: 'a sale whose line goes and comes back',
    walk: async (walk) => {
      await walk.sell({ kind: 'password', waitS: 30 });
      await walk.sees('password');
      walk.shop.setDomains('refuse');
      await walk.pass(20_000);
      walk.shop.setDomains('up');
      await walk.sees('paid');
      await walk.home();
    },
  },
  {
    name: 'a sale that is unknown, the same amount again, and its late end',
    walk: async (walk) => {
      const fen = walk.amount();
      await walk.sell({ fen, kind: 'password', waitS: 20 });
      await walk.sees('password');
      walk.shop.setDomains('refuse');
      await walk.sees('unknown');
      await walk.type(fen);
      await walk.sees('confirm');
      await walk.press('cancel');
      await walk.pass(2 * MINUTE_MS);
      walk.shop.setDomains('up');
      await walk.settled();
      await walk.pass(10_000);
    },
  },
  {
    name: 'a result that the disk does not take',
    walk: async (walk) => {
      await walk.sell({ kind: 'password', waitS: 8 });
      await walk.sees('password');
      walk.shop.disk.inject({ call: 'any', nth: 1, code: 'EIO', permanent: true });
      await walk.sees('paid');
      await walk.pass(12_000);
      walk.shop.disk.heal();
      await walk.pass(12_000);
      await walk.settled();
    },
  },
  {
    name: 'a printer without paper, and one that fails in the middle',
    walk: async (walk) => {
      walk.shop.setPrinter('out-of-paper');
      await walk.paid();
      await walk.pass(2000);
      walk.shop.setPrinter('ok');
      await walk.pass(5000);
      walk.shop.peripherals.printer = 'cover-open';
      await walk.paid();
      await walk.pass(5000);
      walk.shop.setPrinter('ok');
      await walk.pass(8000);
    },
  },
  {
    name: 'a loudspeaker that is dead for a while',
    walk: async (walk) => {
      walk.shop.peripherals.speakerBroken = true;
      await walk.paid();
      await walk.pass(1000);
      walk.shop.peripherals.speakerBroken = false;
      await walk.pass(8000);
    },
  },
  {
    name: 'a counter without any domain',
    walk: async (walk) => {
      walk.shop.setDomains('refuse');
      await walk.sell();
      await walk.sees('failed');
      await walk.pass(20_000);
      walk.shop.setDomains('up');
      await walk.pass(MINUTE_MS);
    },
  },
];
