// One process life of a terminal's durable data on the logged disk: payments, refunds and changed settings as the product
// makes them, each told to the acknowledgement file before and after. Arguments: data folder, acknowledgement file, seed, sales.
import { causeFor } from '../../domain/upgrade-trouble.ts';
import { openSync, writeSync } from 'node:fs';
import { confirmed, nextStart, otherSlot, rolledBack, type BootState, type SlotName } from '../../domain/boot-state.ts';
import type { SettingsStore } from '../../config/settings-store.ts';
import type { JournalFact, OrderIntent } from '../../domain/journal-record.ts';
import { Secret } from '../../domain/secret.ts';
import type { Random } from '../../hal/random/contract.ts';
import { SeededRandom } from '../../hal/random/seeded-random.ts';
import type { AckLine, SettingsFacts } from './believed.ts';
import {
  factName,
  factsIn,
  macOf,
  openJournalIn,
  openKeyStore,
  openSettingsIn,
  openSlots,
  ORDER_PREFIX,
  programOf,
  settingsFacts,
  type ShopData,
} from './shop-data.ts';

const [dataDir = '', ackFile = '', seed = '', sales = ''] = process.argv.slice(2);
const ackDescriptor = openSync(ackFile, 'w');

function tell(line: AckLine): void {
  writeSync(ackDescriptor, `${JSON.stringify(line)}\n`);
}

/** Some answers carry long words of the gateway; they fill segments sooner, so that new segments are cut too. */
const LONG_REASON = '余额不足，请更换支付方式'.repeat(200);

class Shop {
  readonly #data: ShopData;
  readonly #random: Random;
  #count: number;

  constructor(data: ShopData, random: Random) {
    this.#data = data;
    this.#random = random;
    this.#count = data.journal.ledger.boot * 100_000;
  }

  async work(rounds: number): Promise<void> {
    for (let round = 0; round < rounds; round += 1) {
      if (this.#random.fraction() < 0.12) await this.#changeSettings();
      this.#sell();
      // Lets the timer of the lazy records run, as the event loop of the terminal does between two sales.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #sell(): void {
    const { numbers } = this.#data;
    const { number, facts } = numbers.reserve(ORDER_PREFIX, 'order');
    const intent: OrderIntent = {
      type: 'ORDER_INTENT',
      order: number,
      amountFen: 1 + Math.floor(this.#random.fraction() * 500_000),
      platform: this.#random.fraction() < 0.5 ? 'wechat' : 'alipay',
      codeHash: Buffer.from(this.#random.bytes(32)).toString('hex'),
      configuration: 'shop',
      staffId: '01',
      windowEndsAtMs: Date.now() + 120_000,
    };
    this.#record([...facts, intent], true, [number]);
    const paid = this.#random.fraction() < 0.7;
    if (!paid && this.#random.fraction() < 0.3) return;
    this.#record([
      {
        type: 'ORDER_RESULT',
        order: number,
        outcome: paid ? 'paid' : 'failed',
        reason: paid ? '' : LONG_REASON,
        transactionId: paid ? `42000${number}` : null,
        paidAtMs: paid ? Date.now() : null,
        late: false,
      },
    ]);
    const job = `${number}-${paid ? 'paid' : 'failed'}-voice`;
    this.#record([{ type: 'TOLD', job, channel: 'voice', order: number, refund: null }], false);
    if (!paid) return;
    this.#record([{ type: 'TOLD', job: `${number}-paid-slip`, channel: 'slip', order: number, refund: null }], false);
    if (this.#random.fraction() < 0.2) this.#refund(intent);
  }

  #refund({ order, amountFen, platform }: OrderIntent): void {
    const { number: refund, facts } = this.#data.numbers.reserve(ORDER_PREFIX, 'refund');
    const refundFen = 1 + Math.floor(this.#random.fraction() * amountFen);
    const sale = { order, orderFen: amountFen, platform, configuration: 'shop', staffId: '01' };
    this.#record([...facts, { type: 'REFUND_INTENT', refund, refundFen, ...sale }], true, [refund]);
    this.#record([{ type: 'REFUND_RESULT', refund, order, outcome: 'accepted', reason: '' }]);
  }

  #record(facts: JournalFact[], flush = true, numbers: string[] = []): void {
    tell({ is: 'facts-try', facts: facts.map(factName), numbers });
    this.#data.journal.record(facts, { flush });
    if (flush) tell({ is: 'facts-done' });
  }

  async #changeSettings(): Promise<void> {
    const { settings } = this.#data;
    this.#count += 1;
    const before = settingsFacts(settings, dataDir);
    const isUpgrade = this.#random.fraction() < 0.4;
    const [after, change] = isUpgrade
      ? upgradeStep(before, String(this.#count))
      : changeOf(settings, before, this.#count);
    tell({ is: 'settings-try', settings: after });
    await change();
    tell({ is: 'settings-done' });
  }
}

const ENTRY = 'till-terminal.cjs';

/** The next step of an upgrade: delivered, staged into the other slot, counted as started, then confirmed or rolled back. */
function upgradeStep(before: SettingsFacts, version: string): [SettingsFacts, () => Promise<void>] {
  const { record, slots } = openSlots(dataDir);
  const state = record.read();
  const install = (slot: SlotName): void =>
    slots.install(slot, { version, release: version, rollbackIndex: 1, entry: ENTRY }, [
      { path: ENTRY, bytes: programOf(version) },
      { path: 'clips/zh-cn/a.wav', bytes: programOf(version) },
    ]);
  const step = (next: BootState, slot: SlotName | null): [SettingsFacts, () => Promise<void>] => [
    { ...before, boot: JSON.stringify(next) },
    () => {
      if (slot !== null) install(slot);
      record.write(next);
      return Promise.resolve();
    },
  ];
  if (state === null) return step({ active: 'a', failed: [], trial: null, rolledBack: null }, 'a');
  const { trial } = state;
  if (trial === null) {
    const slot = otherSlot(state.active);
    const limits = { boots: 0, attempts: 3, deadlineMs: 60_000, provesGateway: true };
    return step({ ...state, trial: { slot, release: version, version, ...limits } }, slot);
  }
  if (trial.boots === 0) return step(nextStart(state, () => true)?.record ?? state, null);
  return step(
    Number(version) % 2 === 0 ? confirmed(state) : rolledBack(state, causeFor('did-not-start', 'powercut')),
    null,
  );
}

/** What the settings will be after the n-th change, and the change. */
function changeOf(settings: SettingsStore, before: SettingsFacts, count: number): [SettingsFacts, () => Promise<void>] {
  switch (count % 5) {
    case 0:
      return [{ ...before, staff: String(count) }, () => settings.setStaff(String(count))];
    case 1:
      return [{ ...before, volume: count % 101 }, () => settings.setVolume(count % 101)];
    case 2: {
      const wifi = { ssid: `shop ${count}`, security: 'wpa', hidden: false } as const;
      const passphrase = new Secret(`passphrase ${count}`);
      return [
        { ...before, wifi: `${wifi.ssid}:${passphrase.reveal()}` },
        () => settings.saveWifi({ ...wifi, passphrase }),
      ];
    }
    case 3: {
      const locale = before.locale === 'en' ? 'zh-CN' : 'en';
      return [{ ...before, locale }, () => settings.setLocale(locale)];
    }
    default: {
      const authenKey = new Secret(String(count).padStart(32, 'k'));
      const configuration = { ...CONFIGURATION, id: `configuration-${count}`, authenKey };
      return [
        { ...before, configuration: `${configuration.id}:${authenKey.reveal()}` },
        () => settings.saveConfiguration(configuration),
      ];
    }
  }
}

const CONFIGURATION = {
  outMchId: 'sz01sVxEUhqGxxxxxxxx',
  outSubMchId: 'sz01YWjYlXxxxxxxxxxx',
  outShopId: 'sz01abcdefxxxxxxxxxx',
  orderPrefix: ORDER_PREFIX,
  authenType: 1,
  shopName: '测试店',
  deviceId: 'dev-001',
  deviceName: '前台',
  staffId: null,
  staffName: null,
};

const keyStore = openKeyStore(dataDir);
tell({ is: 'key', mac: macOf(keyStore) });
const settings = await openSettingsIn(dataDir, keyStore);
const found = settingsFacts(settings, dataDir);
tell({ is: 'settings-found', settings: found });
if (found.boot === null) {
  const [delivered, deliver] = upgradeStep(found, '1');
  tell({ is: 'settings-try', settings: delivered });
  await deliver();
  tell({ is: 'settings-done' });
}
const { journal, numbers } = openJournalIn(dataDir);
tell({ is: 'journal-found', facts: factsIn(journal).length, boot: journal.ledger.boot });
const random = new SeededRandom(seed);
await new Shop({ dataDir, keyStore, settings, journal, numbers }, random).work(Number(sales));
// Half of the lives end in order; the others leave their last lazy records to chance.
if (random.fraction() < 0.5) journal.close();
process.exit(0);
