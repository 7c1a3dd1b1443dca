import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Believed, Seen } from './believed.ts';
import { withMounted } from './logged-disk.ts';
import { bootTroubles, openShopData, ORDER_PREFIX, seenIn, type ShopData } from './shop-data.ts';

/** The terminal's data folder on the logged disk. */
export const DATA_FOLDER = 'till';

/** What the product found on a cut disk, and whether it could go on. */
export interface Aftermath {
  /** Null when it did not open. */
  readonly seen: Seen | null;
  readonly segments: number;
  readonly troubles: readonly string[];
}

/** Starts the product's own recovery on what the cut left, compares it with what was believed, and takes one more payment. */
export async function afterTheCut(folder: string, medium: Buffer, believed: Believed): Promise<Aftermath> {
  return withMounted(folder, medium, async (path): Promise<Aftermath> => {
    const dataDir = join(path, DATA_FOLDER);
    let data: ShopData;
    try {
      data = await openShopData(dataDir);
    } catch (error) {
      return { seen: null, segments: 0, troubles: [`it does not open: ${String(error)}`] };
    }
    try {
      const seen = seenIn(data);
      const segments = readdirSync(join(dataDir, 'journal')).length;
      const found = [...believed.troubles(seen), ...bootTroubles(dataDir)];
      return { seen, segments, troubles: [...found, ...(await payOnce(dataDir, data))] };
    } catch (error) {
      return { seen: null, segments: 0, troubles: [`it does not work: ${String(error)}`] };
    } finally {
      data.journal.close();
    }
  });
}

async function payOnce(dataDir: string, { journal, numbers, settings }: ShopData): Promise<string[]> {
  const { number: order, facts } = numbers.reserve(ORDER_PREFIX, 'order');
  const sale = { amountFen: 2, platform: 'wechat', codeHash: 'after the cut', configuration: 'shop' } as const;
  const intent = { type: 'ORDER_INTENT', order, staffId: null, windowEndsAtMs: 0, ...sale } as const;
  journal.record([...facts, intent], { flush: true });
  const result = { outcome: 'paid', reason: '', transactionId: null, paidAtMs: 0, late: false } as const;
  journal.record([{ type: 'ORDER_RESULT', order, ...result }], { flush: true });
  await settings.setStaff('after the cut');
  journal.close();
  const again = await openShopData(dataDir);
  try {
    const troubles: string[] = [];
    if (again.settings.current().staff?.id !== 'after the cut') troubles.push('settings after the cut were not kept');
    if (again.journal.ledger.order(order)?.result?.outcome !== 'paid') troubles.push('a payment after the cut is lost');
    return troubles;
  } finally {
    again.journal.close();
  }
}
