import { MENU } from './menu.ts';
import { REFUNDS } from './refunds.ts';
import { PLAIN_SALE, SALES } from './sales.ts';
import { SURROUNDINGS } from './surroundings.ts';
import type { Journey, Walk } from './walk.ts';

export { PLAIN_SALE };

/** The ways through the terminal that pass every place of every chart. */
export const JOURNEYS: readonly Journey[] = [...SALES, ...REFUNDS, ...MENU, ...SURROUNDINGS];

const PIN = ['4', '8', '2', '9', '1', '3'] as const;

/** What an interrupted journey may have left: a terminal without configuration, without fleet or with a PIN, an upgrade, open orders. */
export async function putInOrder(walk: Walk): Promise<void> {
  const { shop } = walk;
  await walk.home();
  if (shop.screen?.name === 'unconfigured') {
    await walk.scan(shop.configurationQr(false, true));
    await walk.sees('configured');
    await walk.home();
  }
  await walk.settled();
  await walk.comes('the end of query-only', () => shop.isSelling, 30 * 60_000);
  await walk.comes('the end of an upgrade', () => shop.upgradeState() === 'resting', 30 * 60_000);
  if (!shop.permanent.includes('fleetLink')) await walk.restart();
  if (shop.mayHavePin) {
    await walk.menu('9');
    await walk.sees('refund-pin');
    await walk.press(...PIN, 'enter');
    await walk.pass(1000);
    await walk.press('enter');
    await walk.pass(1000);
    await walk.home();
    shop.mayHavePin = false;
  }
}
