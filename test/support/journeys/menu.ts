import type { Journey, Walk } from './walk.ts';

const failingDisk = (walk: Walk): void => walk.shop.disk.inject({ call: 'any', nth: 1, code: 'EIO', permanent: true });

/** The disk works again, and the journal has been opened. */
async function mended(walk: Walk): Promise<void> {
  walk.shop.disk.heal();
  await walk.home();
  await walk.pass(10_000);
}

/** What stands behind the menu key. */
export const MENU: readonly Journey[] = [
  {
    name: 'the list of payments, one of them, its slip, and one without',
    walk: async (walk) => {
      await walk.paid();
      await walk.menu('1');
      await walk.press('enter', 'reprint');
      await walk.pass(3000);
      walk.shop.setDomains('refuse');
      await walk.sell();
      await walk.sees('failed');
      walk.shop.setDomains('up');
      await walk.menu('1');
      await walk.press('enter', 'reprint');
      await walk.pass(1000);
      await walk.home();
    },
  },
  {
    name: 'a list that the disk does not give, as the totals and the hand-over',
    walk: async (walk) => {
      await walk.paid();
      for (const item of ['1', '2', '5'] as const) {
        await walk.menu();
        failingDisk(walk);
        await walk.press(item);
        await walk.pass(1000);
        await walk.press('enter');
        await walk.pass(1000);
        await mended(walk);
      }
    },
  },
  {
    name: 'the totals and their slip',
    walk: async (walk) => {
      await walk.menu('2');
      await walk.sees('summary');
      await walk.pass(2000);
      await walk.press('enter');
      await walk.pass(3000);
      await walk.home();
    },
  },
  {
    name: 'the check of every domain',
    walk: async (walk) => {
      await walk.menu('3');
      await walk.pass(8000);
      await walk.home();
    },
  },
  {
    name: 'a clerk who is set, and one whom the shop does not know',
    walk: async (walk) => {
      await walk.menu('4');
      await walk.press('9', '9', '9', 'enter');
      await walk.pass(2000);
      await walk.press('enter');
      await walk.press('1', '0', '0', '1', 'enter');
      await walk.pass(2000);
      await walk.home();
      await walk.menu('4');
      await walk.press('1', '0', '0', '1');
      failingDisk(walk);
      await walk.press('enter');
      await walk.pass(2000);
      await mended(walk);
    },
  },
  {
    name: 'a hand-over',
    walk: async (walk) => {
      await walk.paid();
      await walk.menu('5');
      await walk.pass(500);
      await walk.press('enter');
      await walk.pass(4000);
      await walk.home();
    },
  },
  {
    name: 'the self-test',
    walk: async (walk) => {
      await walk.menu('7');
      await walk.sees('self-test');
      await walk.pass(20_000);
      await walk.home();
    },
  },
  {
    name: 'a terminal that is unbound and configured again, after a code that had run out',
    walk: async (walk) => {
      await walk.menu('8');
      await walk.sees('unbind');
      await walk.press('enter');
      await walk.pass(4000);
      await walk.home();
      await walk.scan(walk.shop.configurationQr(true));
      await walk.sees('config-failed');
      await walk.home();
      await walk.scan(walk.shop.configurationQr());
      await walk.sees('configured');
      await walk.home();
    },
  },
  {
    name: 'a terminal that cannot be unbound',
    walk: async (walk) => {
      await walk.sell({ kind: 'password', waitS: 20 });
      await walk.sees('password');
      await walk.menu('8');
      await walk.pass(1000);
      await walk.home();
      await walk.settled();
    },
  },
  {
    name: 'the settings, and a code of the manager',
    walk: async (walk) => {
      await walk.menu('0');
      await walk.sees('settings');
      await walk.press('2');
      await walk.pass(500);
      await walk.press('2');
      await walk.pass(500);
      await walk.press('1');
      await walk.sees('refund-pin');
      await walk.home();
    },
  },
];
