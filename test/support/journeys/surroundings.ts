import type { Journey } from './walk.ts';

const MINUTE_MS = 60_000;

/** WiFi, fleet, upgrades, restarts, and charts that crash by themselves. */
export const SURROUNDINGS: readonly Journey[] = [
  {
    name: 'a network that is joined',
    walk: async (walk) => {
      await walk.home();
      await walk.scan('WIFI:T:WPA;S:shop;P:correct horse;;');
      await walk.sees('wifi-joined');
      await walk.home();
    },
  },
  {
    name: 'a network that refuses, and one without a way to the gateway',
    walk: async (walk) => {
      await walk.home();
      await walk.scan('WIFI:T:WPA;S:shop;P:wrong horse;;');
      await walk.sees('wifi-failed');
      await walk.home();
      walk.shop.network.wifiIsThere = false;
      await walk.scan('WIFI:T:nopass;S:guests;;');
      await walk.sees('wifi-failed');
      walk.shop.network.wifiIsThere = true;
      await walk.home();
    },
  },
  {
    name: 'a fleet service that goes and comes back',
    walk: async (walk) => {
      await walk.comes('the fleet link', () => walk.shop.broker.isConnected);
      await walk.pass(70_000);
      walk.shop.broker.isUp = false;
      walk.shop.broker.cut();
      await walk.pass(20_000);
      walk.shop.broker.isUp = true;
      await walk.comes('the fleet link', () => walk.shop.broker.isConnected);
    },
  },
  {
    name: 'a terminal without a fleet for a while',
    walk: async (walk) => {
      walk.shop.hasFleet = false;
      try {
        await walk.restart();
        await walk.paid();
      } finally {
        walk.shop.hasFleet = true;
      }
      await walk.restart();
      await walk.comes('the fleet link', () => walk.shop.broker.isConnected);
    },
  },
  {
    name: 'an upgrade that is put off, tried and kept',
    walk: async (walk) => {
      await walk.settled();
      walk.shop.forgetDownloads();
      await walk.menu('6');
      await walk.sees('upgrade');
      walk.shop.releases.breaksOff = true;
      await walk.press('1');
      await walk.comes('the download that breaks off', () => walk.shop.upgradeState() === 'pausing');
      walk.shop.releases.breaksOff = false;
      await walk.menu('6');
      await walk.comes('the moment before the restart', () => walk.shop.upgradeState() === 'waitingForIdle');
      await walk.menu('6');
      const life = walk.shop.lives;
      await walk.press('3');
      await walk.home();
      await walk.comes('the restart', () => walk.shop.lives > life);
      await walk.comes('the end of the trial', () => walk.shop.upgradeState() === 'resting');
    },
  },
  {
    name: 'an upgrade that does not reach the gateway and is rolled back',
    walk: async (walk) => {
      await walk.settled();
      const life = walk.shop.lives;
      await walk.menu('6');
      await walk.press('1');
      await walk.home();
      await walk.comes('the restart', () => walk.shop.lives > life);
      // The answers that are on their way are lost as well.
      walk.shop.network.wifiIsThere = false;
      await walk.comes('the way back', () => walk.shop.lives > life + 1);
      walk.shop.network.wifiIsThere = true;
      await walk.comes('rest', () => walk.shop.upgradeState() === 'resting');
    },
  },
  {
    name: 'an orderly restart',
    walk: async (walk) => {
      await walk.restart();
      await walk.paid();
      await walk.pass(5000);
    },
  },
  ...['cashier', 'domainFailover', 'announcer', 'printSpooler', 'fleetLink'].map((chart): Journey => ({
    name: `a crash of ${chart}`,
    walk: async (walk) => {
      await walk.comes(chart, () => walk.shop.isAlive(chart));
      await walk.crash(chart);
      await walk.pass(90_000);
    },
  })),
  {
    name: 'a payment that crashes',
    walk: async (walk) => {
      await walk.sell({ kind: 'password', waitS: 10 });
      await walk.sees('password');
      await walk.crash('payment');
      await walk.sees('paid');
      await walk.pass(MINUTE_MS);
    },
  },
  {
    name: 'a refund that crashes',
    walk: async (walk) => {
      const order = await walk.paid();
      await walk.refund(order);
      await walk.sees('refund-accepted');
      await walk.crash('refund');
      await walk.home();
      await walk.settled();
      await walk.pass(MINUTE_MS);
    },
  },
  {
    name: 'a process that ends again and again, and only queries for a while',
    walk: async (walk) => {
      for (let times = 0; times < 3; times += 1) {
        await walk.crash('terminal');
        await walk.comes('the next life', () => walk.shop.isHome);
      }
      await walk.pass(11 * MINUTE_MS);
      await walk.restart();
      await walk.paid();
    },
  },
];
