import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SystemRandom } from '../../hal/random/system-random.ts';
import { makeCode } from '../../simulator/gateway/customer-codes.ts';
import { type Day, gatewayInGuest, press, scan, seen, terminalLog, until } from './day.ts';
import type { Sale } from './run.ts';

/** Sold while RAUC refuses a bundle, half installs one, installs it, tries it, and has kept it. */
export const SALES = {
  before: { platform: 'wechat', fen: 1010 },
  refusing: { platform: 'alipay', fen: 2020 },
  afterTheCut: { platform: 'wechat', fen: 3030 },
  onTrial: { platform: 'alipay', fen: 4040 },
  kept: { platform: 'wechat', fen: 5050 },
} as const satisfies Readonly<Record<string, Sale>>;

/** A bundle is fetched, checked block by block and written on an emulated processor. */
const INSTALL_MS = 600_000;
/** So much of the other system is written when the power goes. */
const HALF_WRITTEN_SECTORS = 64 * 2048;

/** A step of the upgrade, as the terminal's log tells it. */
export interface ToldStep {
  readonly step: string;
  readonly version: string;
  readonly why: string;
}

/** Configures a new box by scan; it has its network by cable. */
export async function configure(day: Day): Promise<void> {
  await seen(day, '终端未配置');
  const ticket = day.gateway.sandbox.issueTicket({}).pathAndQuery;
  await scan(day, `${gatewayInGuest(day.gateway)}${ticket}`, '配置成功');
  await press(day, '\n');
  await seen(day, '请输入金额');
}

/** A payment by scan, as far as the display says that it is paid and the gateway has charged it. */
export async function sell(day: Day, sale: Sale, when: string): Promise<string> {
  await press(day, '\u001b');
  await seen(day, '请输入金额');
  await press(day, `${(sale.fen / 100).toFixed(2)}\n`);
  await seen(day, '请出示付款码');
  const paid = sale.platform === 'wechat' ? '微信支付收款成功' : '支付宝收款成功';
  await scan(day, makeCode(sale.platform, 'plain', 0, new SystemRandom()), paid);
  const order = day.gateway.sandbox.book().orders.find(({ totalFen, charges }) => totalFen === sale.fen && charges > 0);
  if (order === undefined) throw new Error(`the gateway knows no payment of ${sale.fen} fen`);
  day.say(`${when}: paid ${(sale.fen / 100).toFixed(2)}, ${order.number}, charged ${order.charges} time`);
  return order.number;
}

/** Resolves when the sentence about a sale was heard to its end and is recorded. */
export async function toldByVoice({ machine }: Day, order: string): Promise<void> {
  const record = `cat /data/till/journal/*.seg | tr -d '\\000' | grep -q ${order}-paid-voice`;
  await machine.shell.until('the sentence about the last sale', record);
}

/** Steps that the terminal told since its start. */
export function toldSteps(day: Pick<Day, 'shared'>): readonly ToldStep[] {
  const steps: ToldStep[] = [];
  for (const line of terminalLog(day).split('\n')) {
    if (!line.includes('"step":')) continue;
    try {
      const { step, version, why } = JSON.parse(line) as Partial<ToldStep>;
      if (step !== undefined) steps.push({ step, version: version ?? '', why: why ?? '' });
    } catch {
      // The last line is still being written.
    }
  }
  return steps;
}

/** Waits until the terminal tells a step. */
export async function told(day: Day, step: string, version: string): Promise<ToldStep> {
  let found: ToldStep | undefined;
  const holds = (): boolean => {
    found = toldSteps(day).find((one) => one.step === step && one.version === version);
    return found !== undefined;
  };
  await until(`the step "${step}" of ${version}`, holds, INSTALL_MS);
  if (found === undefined) throw new Error('a step came and went');
  return found;
}

/** Whatever the programs in the box wrote to a file. */
export function written({ shared }: Pick<Day, 'shared'>, name: string): string {
  const file = join(shared, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** Waits until the device mapper holds a verity device and RAUC has written a part of the other system. */
export async function halfInstalled(day: Day): Promise<void> {
  const before = written(day, 'verity.log').length;
  await until('a verity device', () => written(day, 'verity.log').length > before, INSTALL_MS);
  const sectors = async (): Promise<number> =>
    Number(await day.machine.shell.run("awk '{ print $7 }' /sys/block/vdc/stat"));
  await until('a half written system', async () => (await sectors()) > HALF_WRITTEN_SECTORS, INSTALL_MS);
  day.say(`${Math.trunc((await sectors()) / 2048)} MiB of the other system are written, through this device:`);
  tellVerity(day, before);
}

/** Says what the device mapper held, from a character of its log on. */
export function tellVerity(day: Day, from: number): void {
  for (const line of new Set(written(day, 'verity.log').slice(from).trim().split('\n'))) day.say(`  ${line}`);
}

/** What RAUC and the boot loader say of both systems. */
export async function tellSystems(day: Day): Promise<string> {
  const { shell } = day.machine;
  const record = (await shell.run('/usr/lib/rauc/boot-loader show')).replaceAll('\n', ', ');
  const status = await shell.run('rauc status --detailed --output-format=json');
  const { booted, slots } = JSON.parse(status) as { booted: string; slots: Readonly<Record<string, SlotWords>>[] };
  const words = slots
    .flatMap((slot) => Object.values(slot))
    .map(({ bootname, boot_status, slot_status }) => {
      const { status: whole = 'never written', bundle } = slot_status ?? {};
      return `${bootname} ${boot_status}, ${whole} ${bundle?.version ?? ''}`.trim();
    });
  const said = `${booted} runs; ${words.toSorted().join('; ')}; boot loader: ${record}`;
  day.say(said);
  return said;
}

interface SlotWords {
  readonly bootname: string;
  readonly boot_status: string;
  readonly slot_status?: { readonly status?: string; readonly bundle?: { readonly version?: string } };
}
