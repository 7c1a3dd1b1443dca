import { startTerminal, type Terminal } from '../../actors/terminal.ts';
import type { FleetPart } from '../../actors/fleet-link/fleet-part.ts';
import type { Log } from '../../actors/log.ts';
import { createCloudPay } from '../../cloudpay/cloud-pay.ts';
import type { Transport } from '../../cloudpay/transport.ts';
import { loadConfig } from '../../config/load-config.ts';
import { openSettings, type SettingsStore } from '../../config/settings-store.ts';
import type { TerminalConfig } from '../../config/terminal-config.ts';
import type { PaymentGateway } from '../../domain/payment-gateway.ts';
import type { Platform } from '../../domain/platform.ts';
import type { Key } from '../../domain/screen.ts';
import { Secret } from '../../domain/secret.ts';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import type { Disk } from '../../hal/disk/contract.ts';
import { NodeDisk } from '../../hal/disk/node-disk.ts';
import { SimulatedDisk } from '../../hal/disk/simulated-disk.ts';
import { openFileKeyStore } from '../../hal/key-store/file-key-store.ts';
import { ScriptedKeypad } from '../../hal/keypad/scripted-keypad.ts';
import { SimulatedPrinter } from '../../hal/printer/simulated-printer.ts';
import { SeededRandom } from '../../hal/random/seeded-random.ts';
import { ScriptedScanner } from '../../hal/scanner/scripted-scanner.ts';
import { CaptureScreen } from '../../hal/screen/capture-screen.ts';
import { SimulatedSpeaker } from '../../hal/speaker/simulated-speaker.ts';
import type { Watchdog } from '../../hal/watchdog/contract.ts';
import { SimulatedWifi } from '../../hal/wifi/simulated-wifi.ts';
import { makeCode, type CodeKind } from '../../simulator/gateway/customer-codes.ts';
import { demoMerchants } from '../../simulator/gateway/merchant.ts';
import { VIRTUAL_DOMAINS } from './sandbox-transport.ts';

/** What was said and printed, in the words of the headless interface. */
export type Told = Readonly<Record<string, unknown>> & { readonly is: 'voice' | 'print'; readonly seq: number };

export interface VirtualTerminalOptions {
  readonly seed: number;
  readonly clock: VirtualClock;
  readonly transport: Transport;
  /** Stands between the charts and the gateway client, to damage what passes. */
  readonly wrapGateway?: (gateway: PaymentGateway) => PaymentGateway;
  readonly spokenMs?: number;
  /** Whether what was told is kept, for judging; a soak keeps nothing. */
  readonly keepTold?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  /** The fleet that it belongs to, opened anew in every process life. */
  readonly fleet?: (disk: Disk, config: TerminalConfig) => Promise<FleetPart>;
  readonly watchdog?: Watchdog;
  /** A folder on the real disk, where a simulated one would only fill the memory. */
  readonly realFolder?: string;
  /** What reaches the real folder, where the calls are counted. */
  readonly realDisk?: Disk;
}

const SILENT: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** A whole terminal on a virtual clock and a simulated disk, configured, with its cashier's hands, eyes and ears. */
export class VirtualTerminal {
  readonly disk = new SimulatedDisk();
  readonly keypad = new ScriptedKeypad();
  readonly scanner = new ScriptedScanner();
  readonly screen = new CaptureScreen({ historyMax: 8 });
  readonly printer = new SimulatedPrinter();
  readonly told: Told[] = [];
  readonly crashes: unknown[] = [];
  readonly logged: string[] = [];
  readonly clock: VirtualClock;
  readonly random: SeededRandom;
  readonly speaker: SimulatedSpeaker;
  readonly config: TerminalConfig;
  #terminal: Terminal | null = null;
  readonly #options: VirtualTerminalOptions;

  private constructor(options: VirtualTerminalOptions) {
    this.#options = options;
    this.clock = options.clock;
    this.random = new SeededRandom(options.seed);
    this.speaker = new SimulatedSpeaker({ clock: this.clock, spokenMs: () => options.spokenMs ?? 0 });
    const environment = {
      TILL_SN: 'TILL_V1_000001',
      TILL_SUB_TERMINAL_TYPE: '9001',
      TILL_GATEWAY_DOMAINS: VIRTUAL_DOMAINS.join(','),
      TILL_DATA_DIR: options.realFolder ?? '/data',
      ...options.environment,
    };
    this.config = loadConfig({ file: null, dataDir: null, environment, otherVariables: [] }).config;
    if (options.keepTold !== false) this.#keepTold();
  }

  /** A configured terminal that has reached its idle screen. */
  static async start(options: VirtualTerminalOptions): Promise<VirtualTerminal> {
    const terminal = new VirtualTerminal(options);
    await terminal.powerUp();
    return terminal;
  }

  /** A process life on the same disk. */
  async powerUp(): Promise<void> {
    const { clock, random, config } = this;
    const disk: Disk = this.#options.realFolder === undefined ? this.disk : (this.#options.realDisk ?? new NodeDisk());
    disk.makeFolder(config.dataDir);
    const keyStore = openFileKeyStore({ disk, path: `${config.dataDir}/key`, random });
    const settings = await openSettings({ disk, folder: `${config.dataDir}/settings`, keyStore, random });
    if (settings.current().configuration === null) await configure(settings);
    const identity = { sn: config.sn, subTerminalType: config.subTerminalType, sdkVersion: '0.1.0' } as const;
    const gateway = createCloudPay({
      transport: this.#options.transport,
      clock,
      random,
      identity: { ...identity, terminalType: 4, localAddress: () => '10.0.0.2' },
    });
    const fleet = await this.#options.fleet?.(disk, config);
    this.#terminal = startTerminal({
      ...(fleet !== undefined && { fleet }),
      config,
      version: '0.1.0',
      disk,
      clock,
      random,
      keyStore,
      settings,
      gateway: this.#options.wrapGateway?.(gateway) ?? gateway,
      devices: {
        screen: this.screen,
        keypad: this.keypad,
        scanner: this.scanner,
        speaker: this.speaker,
        printer: this.printer,
        wifi: new SimulatedWifi({ clock }),
        ...(this.#options.watchdog !== undefined && { watchdog: this.#options.watchdog }),
      },
      log: { ...SILENT, error: (fields, message) => void this.#log(fields, message) },
      utcOffsetMinutes: 480,
      onReady: () => undefined,
      onCrash: (error) => void this.crashes.push(error),
    });
    await this.turn();
  }

  get terminal(): Terminal {
    if (this.#terminal === null) throw new Error('the terminal is off');
    return this.#terminal;
  }

  /** An orderly stop. */
  stop(): void {
    this.terminal.stop();
    this.#terminal = null;
  }

  /** Every promise that is ready runs; no time passes. */
  turn(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  /** Virtual time passes, promises in between included. */
  async pass(ms: number): Promise<void> {
    const until = this.clock.monotonicMs() + ms;
    await this.turn();
    for (let due = this.clock.nextDueMs; due !== null && due <= until; due = this.clock.nextDueMs) {
      this.clock.runNext();
      await this.turn();
    }
    this.clock.runUntil(until);
  }

  get screenName(): string {
    return this.screen.current()?.name ?? '';
  }

  /** Types the amount, confirms it and shows a fresh code of that kind. */
  async sell(amountFen: number, platform: Platform, kind: CodeKind = 'plain', waitS = 0): Promise<void> {
    this.keypad.press('cancel', ...([...String(amountFen / 100)] as Key[]), 'enter');
    await this.turn();
    // An unresolved order of the same amount asks for one confirming key (M9).
    if (this.screenName === 'confirm') this.keypad.press('enter');
    await this.turn();
    this.scanner.read(makeCode(platform, kind, waitS, this.random));
    await this.turn();
  }

  #log(fields: Readonly<Record<string, unknown>>, message: string): void {
    this.logged.push(`${message}: ${JSON.stringify(fields)}`);
    if (this.logged.length > 50) this.logged.shift();
  }

  #keepTold(): void {
    this.speaker.subscribe(({ sentence, order, refund }) => {
      this.told.push({ is: 'voice', seq: this.told.length, text: sentence.text, order, refund });
    });
    this.printer.onPaper(({ job }) => {
      const { kind, orderBarcode } = job.slip;
      this.told.push({ is: 'print', seq: this.told.length, job: job.id, kind, orderBarcode });
    });
  }
}

/** What the configuration QR of the demo shop would bring. */
async function configure(settings: SettingsStore): Promise<void> {
  const [merchant] = demoMerchants();
  const shop = merchant?.shops[0];
  if (merchant === undefined || shop === undefined) throw new Error('the sandbox has no shop');
  const configuration = {
    id: 'c1',
    outMchId: merchant.outMchId,
    outSubMchId: merchant.outSubMchId,
    outShopId: shop.outShopId,
    orderPrefix: merchant.cashierId,
    authenType: 1,
    authenKey: new Secret(merchant.authenKey),
    shopName: shop.shopName,
    deviceId: 'dev-001',
    deviceName: '1',
    staffId: '1001',
    staffName: null,
  };
  await settings.saveConfiguration(configuration, []);
}
