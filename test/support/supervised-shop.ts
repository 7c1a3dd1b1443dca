import * as v from 'valibot';
import type { AnyActorRef } from 'xstate';
import type { Log } from '../../actors/log.ts';
import type { Devices } from '../../actors/terminal-parts.ts';
import type { UpgradePart } from '../../actors/upgrade/upgrade-part.ts';
import { terminalConfigSchema, type TerminalConfig } from '../../config/terminal-config.ts';
import { nextStart } from '../../domain/boot-state.ts';
import type { Key, Screen, ScreenName } from '../../domain/screen.ts';
import { BootRecord } from '../../hal/boot/boot-record.ts';
import { SlotFolders } from '../../hal/boot/slot-folders.ts';
import { SlotsInstaller } from '../../hal/boot/slots-installer.ts';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import type { Disk } from '../../hal/disk/contract.ts';
import { SimulatedDisk } from '../../hal/disk/simulated-disk.ts';
import { NotedScreen } from '../../hal/profiles/device/noted-screen.ts';
import { WatchedSpeaker } from '../../hal/profiles/device/watched-speaker.ts';
import { SeededRandom } from '../../hal/random/seeded-random.ts';
import { demoMerchants } from '../../simulator/gateway/merchant.ts';
import { createSandbox, type Sandbox } from '../../simulator/gateway/sandbox.ts';
import type { Peripherals } from '../../simulator/world/devices.ts';
import { CALM, type FaultRates } from '../../simulator/world/fault-rates.ts';
import { judge, readFinalBook } from '../../simulator/world/final-book.ts';
import { Network } from '../../simulator/world/network.ts';
import { Sometimes } from '../../simulator/world/sometimes.ts';
import { TerminalLife } from '../../simulator/world/terminal-life.ts';
import { Truth } from '../../simulator/world/truth.ts';
import type { MemoryReleases } from './memory-releases.ts';
import { NETWORKS_IN_REACH } from './random-hands.ts';
import { ScriptedBroker } from './scripted-broker.ts';

/** The parts whose plugs are pulled. */
export type UnpluggedPart = 'printer' | 'scanner' | 'speaker' | 'wifi';

const DATA = '/data';
const UPGRADES = `${DATA}/upgrade`;
const START_MS = Date.UTC(2026, 0, 5, 9);
const MINUTE_MS = 60_000;
/** Longest life of an order, of its reconciliation pauses and of a "no such order" that must hold. */
const LAST_HOURS_MS = 3 * 3_600_000;
const BOOT_MS = 3000;
const FIRST = { version: '0.0.0-sim', release: null, rollbackIndex: 1, entry: 'till-terminal.cjs' };

/**
 * A terminal with everything that the product can start around it: counter, WiFi, fleet and upgrades, in a world whose observer knows
 * every money rule. It restarts like a box whose service manager and launcher work.
 */
export class SupervisedShop {
  readonly clock = new VirtualClock(START_MS);
  readonly disk = new SimulatedDisk();
  readonly broker = new ScriptedBroker();
  readonly peripherals: Peripherals = { printer: 'ok', speakerBroken: false, networks: NETWORKS_IN_REACH };
  readonly random: SeededRandom;
  readonly sandbox: Sandbox;
  readonly network: Network;
  readonly truth: Truth;
  readonly releases: MemoryReleases;
  /** The topmost actors of the running process. */
  roots: AnyActorRef[] = [];
  hasFleet = true;
  /** A PIN may have been left behind. */
  mayHavePin = false;
  onTurn: () => void = () => undefined;
  rates: FaultRates = CALM;
  /** Process lives so far. */
  lives = 0;
  /** Why processes ended without being asked to, oldest first. */
  readonly crashes: string[] = [];
  readonly story: string[] = [];
  readonly #config: TerminalConfig;
  readonly #sometimes = new Sometimes();
  #life: TerminalLife;
  #restartAsked = false;
  #screen: NotedScreen | null = null;
  readonly #unplugged = new Set<UnpluggedPart>();
  #lifeHasFleet = true;

  constructor(seed: string, releases: MemoryReleases) {
    const { clock } = this;
    this.releases = releases;
    this.random = new SeededRandom(seed);
    this.#config = v.parse(terminalConfigSchema, { sn: 'TILL_SIM_000001', subTerminalType: 1, dataDir: DATA });
    const random = new SeededRandom(`${seed}/gateway`);
    this.sandbox = createSandbox({ clock, random, merchants: demoMerchants(), settings: { profile: 'mixed' } });
    const around = { clock, sandbox: this.sandbox, sometimes: this.#sometimes };
    const note = (_: string | null, what: string): void => this.note(what);
    this.truth = new Truth({ ...around, nowMs: () => clock.monotonicMs(), note });
    const rates = (): FaultRates => this.rates;
    const { domains } = this.#config.gateway;
    this.network = new Network({ ...around, random: this.random, domains, rates, truth: this.truth });
    this.#life = this.#newLife();
  }

  /** The first boot, and the configuration by its QR. */
  async open(): Promise<void> {
    await this.#life.start();
    await this.until(() => this.screen?.name === 'unconfigured', MINUTE_MS);
    this.scan(this.configurationQr());
    await this.until(() => this.screen?.name === 'configured', MINUTE_MS);
    this.press('cancel');
    await this.turn();
  }

  get screen(): Screen | null {
    return this.#life.screen;
  }

  get isRunning(): boolean {
    return this.#life.isRunning && this.#life.terminal !== null;
  }

  /** Nobody stands at the counter. */
  get isHome(): boolean {
    return this.screen?.name === 'idle' || this.screen?.name === 'unconfigured';
  }

  get openItems(): number {
    const dump = this.#life.terminal?.dump();
    return dump === undefined ? 1 : dump.openOrders.length + dump.openRefunds.length;
  }

  /** Every living chart of the running process. */
  charts(): { readonly machine: string; readonly state: unknown; readonly actor: AnyActorRef }[] {
    return this.roots.flatMap(chartsBelow);
  }

  isAlive(machine: string): boolean {
    return this.charts().some((chart) => chart.machine === machine);
  }

  /** False while a terminal that crashed again and again only queries. */
  get isSelling(): boolean {
    const snapshot = this.roots[0]?.getSnapshot() as { context?: { status?: { trade?: string } } } | undefined;
    return snapshot?.context?.status?.trade === 'selling';
  }

  upgradeState(): unknown {
    return this.charts().find(({ machine }) => machine === 'upgrade')?.state;
  }

  /** @param release takes the device from whoever the gateway counts it to */
  configurationQr(expired = false, release = false): string {
    return `${this.#config.gateway.domains[0] ?? ''}${this.sandbox.issueTicket({ expired, release }).pathAndQuery}`;
  }

  /** The charts that live as long as the process. */
  get permanent(): readonly string[] {
    const always = ['terminal', 'cashier', 'domainFailover', 'announcer', 'printSpooler', 'upgrade'];
    return this.#lifeHasFleet ? [...always, 'fleetLink'] : always;
  }

  press(...keys: readonly Key[]): void {
    this.note(`press ${keys.join(' ')}`);
    this.#life.hands.press(...keys);
  }

  /** Nobody hears what an unplugged scanner reads. */
  scan(text: string): void {
    this.note(`scan ${text.slice(0, 40)}`);
    if (!this.#unplugged.has('scanner')) this.#life.hands.scan(text);
  }

  /** Pulls a plug or puts it back, and lets the terminal know as that part's driver would. */
  plug(part: UnpluggedPart, isIn: boolean): void {
    this.note(`${part} ${isIn ? 'plugged in' : 'unplugged'}`);
    if (isIn) this.#unplugged.delete(part);
    else this.#unplugged.add(part);
    if (part === 'printer') this.setPrinter(isIn ? 'ok' : 'unplugged');
    if (part === 'speaker') this.peripherals.speakerBroken = !isIn;
    if (part === 'wifi') this.network.wifiIsThere = isIn;
    // Sound cards cannot be asked: the next sentence shows it.
    if (part !== 'speaker') this.#screen?.note(part, isIn);
  }

  setPrinter(status: Peripherals['printer']): void {
    this.peripherals.printer = status;
    this.#life.printerChanged();
  }

  setDomains(condition: 'up' | 'refuse' | 'stall'): void {
    for (const host of [0, 1, 2, 3]) this.sandbox.setHost(host, condition);
  }

  /** Ends every trouble; what was under way goes on. */
  heal(): void {
    this.rates = CALM;
    this.setDomains('up');
    this.sandbox.disarm();
    this.network.wifiIsThere = true;
    this.network.airIsBad = false;
    this.disk.heal();
    this.peripherals.speakerBroken = false;
    this.setPrinter('ok');
    this.releases.breaksOff = false;
    this.broker.isUp = true;
  }

  /** What earlier upgrades have downloaded is gone. */
  forgetDownloads(): void {
    const folder = `${UPGRADES}/download`;
    this.disk.makeFolder(folder);
    for (const name of this.disk.list(folder)) this.disk.remove(`${folder}/${name}`);
  }

  /** An orderly stop; the service manager starts the next life a moment later. */
  async restart(): Promise<void> {
    this.#life.stop();
    await this.#startNext();
  }

  /** Every promise that is ready runs; no time passes but for a process that has ended. */
  async turn(): Promise<void> {
    const before = this.screen;
    this.onTurn();
    await new Promise((resolve) => setImmediate(resolve));
    if (this.screen !== null && this.screen !== before) this.note(`shows ${this.screen.name}`);
    if (this.#restartAsked) {
      this.#restartAsked = false;
      await this.restart();
    } else if (!this.#life.isRunning) {
      // A boot on a disk that fails says so and ends, and the service manager tries again.
      if (this.#life.terminal !== null) this.crashes.push(wordsOf(this.#life.failure));
      this.note('the process has ended');
      await this.#startNext();
    }
  }

  pass(ms: number): Promise<boolean> {
    return this.until(() => false, ms);
  }

  /** Lets time pass until it is so; false when it is not so after the longest time. */
  async until(isSo: () => boolean, mostMs: number): Promise<boolean> {
    const end = this.clock.monotonicMs() + mostMs;
    await this.turn();
    while (!isSo()) {
      const due = this.clock.nextDueMs;
      if (due === null || due > end) {
        this.clock.runUntil(end);
        await this.turn();
        return isSo();
      }
      this.clock.runNext();
      await this.turn();
    }
    return true;
  }

  async sees(name: ScreenName, mostMs = 5 * MINUTE_MS): Promise<boolean> {
    return this.until(() => this.screen?.name === name, mostMs);
  }

  /** Peace, the end of all that is open, an orderly restart, and the judgement of every money rule: in words what broke. */
  async close(): Promise<string[]> {
    this.heal();
    await this.pass(4 * MINUTE_MS);
    await this.until(() => this.openItems === 0, LAST_HOURS_MS);
    await this.pass(2 * MINUTE_MS);
    await this.restart();
    await this.pass(2 * MINUTE_MS);
    this.#life.stop();
    judge(readFinalBook(this.disk, `${DATA}/journal`, this.clock), this.truth, this.#sometimes);
    return this.truth.violations;
  }

  note(what: string): void {
    this.story.push(`${(this.clock.monotonicMs() / 1000).toFixed(3).padStart(10)} s  ${what}`);
    if (this.story.length > 400) this.story.splice(0, 200);
  }

  async #startNext(): Promise<void> {
    this.#life = this.#newLife();
    this.clock.runUntil(this.clock.monotonicMs() + BOOT_MS);
    await this.#life.start();
  }

  #newLife(): TerminalLife {
    this.lives += 1;
    this.#lifeHasFleet = this.hasFleet;
    this.roots = [];
    this.truth.newLife();
    const { clock, disk, random, network, peripherals, truth } = this;
    return new TerminalLife({
      ...{ clock, disk, random, network, peripherals, truth, config: this.#config, sometimes: this.#sometimes },
      dress: (devices) => this.#dressed(devices),
      log: this.#log(),
      rates: () => this.rates,
      links: async (lifeDisk) => ({
        ...(this.hasFleet && { fleet: await this.broker.part(lifeDisk, this.#config) }),
        upgrade: this.#upgradePart(lifeDisk),
      }),
    });
  }

  /** As on a box: a line below every screen says which part is missing. */
  #dressed(devices: Devices): Devices {
    const screen = new NotedScreen(devices.screen, 'zh-CN');
    this.#screen = screen;
    const speaker = new WatchedSpeaker(devices.speaker, ({ present }) => screen.note('speaker', present));
    return { ...devices, screen, speaker };
  }

  #log(): Log {
    const ignore = (): void => undefined;
    const take = (fields: Readonly<Record<string, unknown>>, message: string): void => {
      if (message.startsWith('the journal failed')) this.truth.diskFailed();
      this.note(`log: ${message} ${wordsOf(fields['where'])} ${wordsOf(fields['reason']).slice(0, 300)}`);
    };
    return { debug: ignore, info: ignore, warn: take, error: take };
  }

  /** As the launcher does it: the boot record says which slot this life is started from. */
  #upgradePart(disk: Disk): UpgradePart {
    const boot = new BootRecord({ disk, folder: UPGRADES });
    const slots = new SlotFolders({ disk, folder: UPGRADES });
    if (slots.installed('a') === null && slots.installed('b') === null) {
      slots.install('a', FIRST, [{ path: FIRST.entry, bytes: Buffer.from('program') }]);
    }
    const next = nextStart(boot.read(), (slot) => slots.installed(slot) !== null);
    if (next === null) throw new Error('no slot can be started');
    if (next.record !== null) boot.write(next.record);
    const open = (): Promise<MemoryReleases> => Promise.resolve(this.releases);
    return {
      installer: new SlotsInstaller({ slot: next.slot, boot, slots }),
      ...{ folder: UPGRADES, server: open, media: open, hardware: 'TILL_T1' },
      ...{ checkMs: null, bytesPerSecond: 64, window: null, soakMs: 5000, laterMs: 20_000, laterTimes: 3 },
      firstRoot: () => this.releases.firstRoot,
      restart: () => void (this.#restartAsked = true),
    };
  }
}

interface ChartSnapshot {
  readonly status: string;
  readonly value?: unknown;
  readonly machine?: { readonly id: string };
  readonly children?: Readonly<Record<string, AnyActorRef | undefined>>;
}

function chartsBelow(actor: AnyActorRef): { machine: string; state: unknown; actor: AnyActorRef }[] {
  const { status, machine, value, children = {} } = actor.getSnapshot() as ChartSnapshot;
  if (machine === undefined || status !== 'active') return [];
  const below = Object.values(children).flatMap((child) => (child === undefined ? [] : chartsBelow(child)));
  return [{ machine: machine.id, state: value, actor }, ...below];
}

function wordsOf(what: unknown): string {
  if (what instanceof Error) return what.stack ?? what.message;
  return typeof what === 'string' ? what : (JSON.stringify(what) ?? '');
}
