import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { OrderNumbers } from '../../actors/order-numbers.ts';
import { TerminalJournal } from '../../actors/terminal-journal.ts';
import { openSettings, type SettingsStore } from '../../config/settings-store.ts';
import type { JournalFact } from '../../domain/journal-record.ts';
import { SystemClock } from '../../hal/clock/system-clock.ts';
import { nextStart, type SlotName } from '../../domain/boot-state.ts';
import { BootRecord } from '../../hal/boot/boot-record.ts';
import { SlotFolders } from '../../hal/boot/slot-folders.ts';
import { NodeDisk } from '../../hal/disk/node-disk.ts';
import { openFileKeyStore } from '../../hal/key-store/file-key-store.ts';
import type { KeyStore } from '../../hal/key-store/contract.ts';
import { SystemRandom } from '../../hal/random/system-random.ts';
import type { Seen, SettingsFacts } from './believed.ts';

/** `cloud_cashier_id` of the shop. */
export const ORDER_PREFIX = '10000001';
const DEVICE = '4170';

/** The durable data of one terminal, opened by the product's own code on the real disk. */
export interface ShopData {
  readonly dataDir: string;
  readonly keyStore: KeyStore;
  readonly settings: SettingsStore;
  readonly journal: TerminalJournal;
  readonly numbers: OrderNumbers;
}

/** What a key stands for in comparisons: the key itself never leaves its store. */
export const macOf = (keyStore: KeyStore): string => keyStore.mac('power').slice(0, 16);

/**
 * The key store of a data folder, made at the first start. @throws TerminalFailure whatever the product throws when it
 * cannot open
 */
export function openKeyStore(dataDir: string): KeyStore {
  return openFileKeyStore({ disk: new NodeDisk(), path: join(dataDir, 'key'), random: new SystemRandom() });
}

/**
 * The settings of a data folder, made at the first start. @throws TerminalFailure whatever the product throws when it
 * cannot open
 */
export function openSettingsIn(dataDir: string, keyStore: KeyStore): Promise<SettingsStore> {
  return openSettings({
    disk: new NodeDisk(),
    folder: join(dataDir, 'settings'),
    keyStore,
    random: new SystemRandom(),
  });
}

/** @throws TerminalFailure whatever the product throws when it cannot open */
export function openJournalIn(dataDir: string): { journal: TerminalJournal; numbers: OrderNumbers } {
  const journal = new TerminalJournal({
    disk: new NodeDisk(),
    folder: join(dataDir, 'journal'),
    clock: new SystemClock(),
    version: '0.0.0-powercut',
    onFailure: () => undefined,
  });
  const random = new SystemRandom();
  return { journal, numbers: new OrderNumbers({ ledger: journal.ledger, random, device: DEVICE }) };
}

/** Everything durable of a data folder. @throws TerminalFailure whatever the product throws when it cannot open */
export async function openShopData(dataDir: string): Promise<ShopData> {
  const keyStore = openKeyStore(dataDir);
  const settings = await openSettingsIn(dataDir, keyStore);
  return { dataDir, keyStore, settings, ...openJournalIn(dataDir) };
}

/** The A/B slots and the record that chooses between them. */
export function openSlots(dataDir: string): { readonly record: BootRecord; readonly slots: SlotFolders } {
  const place = { disk: new NodeDisk(), folder: join(dataDir, 'upgrade') };
  return { record: new BootRecord(place), slots: new SlotFolders(place) };
}

/** A program of several blocks, so that a cut can leave half of it. */
export const programOf = (version: string): Buffer => Buffer.from(`program ${version};`.repeat(1500), 'utf8');

/** What the launcher would meet: once a record stands, some slot must start, and what starts must be whole. */
export function bootTroubles(dataDir: string): string[] {
  const { record, slots } = openSlots(dataDir);
  const state = record.read();
  if (state === null) return [];
  const isWhole = (slot: SlotName): boolean => slots.installed(slot) !== null;
  const next = nextStart(state, isWhole);
  if (next === null) return [`nothing starts from the boot record ${JSON.stringify(state)}`];
  const release = slots.installed(next.slot);
  if (release === null) return [`slot ${next.slot} was chosen and holds nothing`];
  const program = new NodeDisk().read(`${slots.folderOf(next.slot)}/${release.entry}`);
  return programOf(release.version).equals(program) ? [] : [`the program of slot ${next.slot} is not whole`];
}

/** The settings in words; a secret that could not be unsealed shows as missing. */
export function settingsFacts(settings: SettingsStore, dataDir: string): SettingsFacts {
  const { configuration, staff, volumePercent, locale, installationId } = settings.current();
  const wifi = settings.wifi().current;
  const boot = openSlots(dataDir).record.read();
  return {
    configuration: configuration === null ? null : `${configuration.id}:${configuration.authenKey.reveal()}`,
    staff: staff?.id ?? null,
    volume: volumePercent,
    locale,
    wifi: wifi === null ? null : `${wifi.ssid}:${wifi.passphrase?.reveal() ?? ''}`,
    installation: installationId,
    boot: boot === null ? null : JSON.stringify(boot),
  };
}

/** Type and hash of a fact: enough to tell it from any other. */
export function factName(fact: JournalFact): string {
  const { seq: _seq, at: _at, ...plain } = fact as JournalFact & { seq?: number; at?: number };
  const sorted = Object.entries(plain).sort(([one], [other]) => (one < other ? -1 : 1));
  return `${fact.type}#${createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 12)}`;
}

/** The names of all facts of the trade, oldest first; starts and stops of a process are none. */
export function factsIn(journal: TerminalJournal): string[] {
  const names: string[] = [];
  for (const entry of journal.history())
    if (entry.type !== 'BOOT' && entry.type !== 'STOPPED') names.push(factName(entry));
  return names.reverse();
}

/**
 * What the opened data says, to be compared with what was believed. It reserves a number, which counts as used from
 * then on.
 */
export function seenIn({ dataDir, keyStore, settings, journal, numbers }: ShopData): Seen {
  return {
    mac: macOf(keyStore),
    settings: settingsFacts(settings, dataDir),
    facts: factsIn(journal),
    boot: journal.ledger.boot,
    nextNumber: numbers.reserve(ORDER_PREFIX, 'order').number,
  };
}
