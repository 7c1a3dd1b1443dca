import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';

import { TerminalFailure } from '../../../domain/failure.ts';
import type { Clock } from '../../clock/contract.ts';
import { ScriptedKeypad } from '../../keypad/scripted-keypad.ts';
import { type PaperSetting, type PrintedPaper, SimulatedPrinter } from '../../printer/simulated-printer.ts';
import { ScriptedScanner } from '../../scanner/scripted-scanner.ts';
import type { ClipPack } from '../../speaker/clip-pack.ts';
import { CaptureScreen } from '../../screen/capture-screen.ts';
import { SimulatedWifi } from '../../wifi/simulated-wifi.ts';
import type { DeviceSet, DumpFacts, Profile } from '../profile.ts';
import { BrowserSpeaker } from './browser-speaker.ts';
import { clipShelf } from './clip-routes.ts';
import { pageBundle } from './page-bundle.ts';
import { PageHub } from './page-hub.ts';
import { pageRoutes } from './page-routes.ts';
import type { DrawerCode, PageLink, Paper, TerminalView } from './wire.ts';

/** Slips kept for the page: their pictures and what they say. */
const PAPERS_MAX = 30;
const PAYMENT_WINDOW_MS = 120_000;
const GOODBYE_MS = 300;

/** Where the page is served, what it shows, and what lies in its drawer. */
export interface WebProfileOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly clock: Clock;
  readonly version: string;
  /** What the page calls the terminal. */
  readonly title?: string;
  /** The language that screens and sentences are in; it chooses the voice. */
  readonly locale?: 'zh-CN' | 'en';
  /** Recordings of the sentences. Null or absent: the browser's own voice speaks, where it has one. */
  readonly clips?: ClipPack | null;
  /** How long a customer has to pay, in milliseconds; the page's ring runs that long. */
  readonly windowMs?: number;
  /** Networks that the simulated radio receives at first. */
  readonly networks?: readonly { readonly ssid: string; readonly passphrase: string }[];
  /** Codes that a visitor can hold in front of the scanner; asked anew after every scan. Absent: no drawer. */
  readonly drawer?: () => Promise<readonly DrawerCode[]>;
  /** What the printer is like. */
  readonly paper?: PaperSetting;
  /** Other pages on this machine, shown to a browser on this machine. */
  readonly links?: readonly PageLink[];
}

/** A profile whose devices are in a browser page at `url`. */
export interface WebProfile extends Profile {
  readonly url: string;
}

/** @throws TerminalFailure `screen.failed` when the page cannot be served there. */
export async function createWebProfile(options: WebProfileOptions): Promise<WebProfile> {
  const { clock } = options;
  const hub = new PageHub(clock, firstView(options));
  const screen = new CaptureScreen({ historyMax: 1 });
  const keypad = new ScriptedKeypad();
  const scanner = new ScriptedScanner();
  const speaker = new BrowserSpeaker(hub, clock, options.clips ?? null);
  const printer = new SimulatedPrinter(options.paper);
  const radio = new Radio(new SimulatedWifi({ clock, joinMs: 600 }), options.networks ?? []);
  const papers = new PaperPile();
  let answerDump: (() => DumpFacts | Promise<DumpFacts>) | null = null;

  screen.subscribe((shown) => hub.show(shown));
  printer.subscribe((status) => hub.change({ printer: status }));
  printer.onPaper((printed) => {
    papers.add(printed);
    hub.change({ papers: papers.list() });
  });
  radio.wifi.subscribe(() => hub.change({ radio: radio.state() }));
  radio.tune();

  const app = pageRoutes({
    host: options.host,
    hub,
    bundle: await pageBundle(),
    clips: options.clips ?? null,
    drawer: options.drawer ?? null,
    dump: async () => (answerDump === null ? null : await answerDump()),
    picture: (id) => papers.picture(id),
    act: {
      key: ({ key }) => keypad.press(key),
      scan: ({ text }) => scanner.read(text),
      printer: ({ state }) => printer.setStatus(state),
      wifi: (change) => radio.change(change),
      spoken: ({ id }) => speaker.report(id),
    },
  });
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  const url = await listen(server, options.host, options.port);

  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    hub.close();
    for (const device of [screen, keypad, scanner, speaker, printer, radio.wifi]) await device.close();
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      // The pages are told that the terminal stopped; who does not take it by then is cut off.
      clock.setTimeout(() => server.closeAllConnections(), GOODBYE_MS);
    });
  };
  const devices: DeviceSet = {
    screen,
    keypad,
    scanner,
    speaker,
    printer,
    wifi: radio.wifi,
    close: () => (closing ??= close()),
  };
  return {
    url,
    devices,
    announceReady: () => hub.change({ ready: true }),
    onDump: (answer) => void (answerDump = answer),
    // A page may be anybody's; it presses keys, it does not switch the terminal off.
    onStop: () => {},
  };
}

function firstView(options: WebProfileOptions): TerminalView {
  return {
    title: options.title ?? 'Till',
    version: options.version,
    startedAtMs: options.clock.wallMs(),
    ready: false,
    stopped: false,
    locale: options.locale ?? 'zh-CN',
    screen: null,
    caption: null,
    printer: 'ok',
    radio: { current: null, networks: [] },
    papers: [],
    hasDrawer: options.drawer !== undefined,
    links: options.links ?? [],
    windowMs: options.windowMs ?? PAYMENT_WINDOW_MS,
    clips: options.clips == null ? null : clipShelf(options.clips),
  };
}

function listen(server: Server, host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRINUSE'
          ? `port ${port} of ${host} is in use; stop what uses it or set another web.port`
          : `${host}:${port} cannot be opened (${error.code ?? error.message}); check web.host and web.port`;
      reject(new TerminalFailure('screen.failed', why, { cause: error }));
    });
    server.listen(port, host, () => {
      const address = server.address() as AddressInfo;
      const name = address.address === '0.0.0.0' || address.address === '::' ? 'localhost' : address.address;
      resolve(`http://${name.includes(':') ? `[${name}]` : name}:${address.port}/`);
    });
  });
}

/** The last slips, oldest first. Their pictures are drawn when a page asks for them. */
class PaperPile {
  #kept: { readonly paper: Paper; readonly printed: PrintedPaper }[] = [];
  #count = 0;

  add(printed: PrintedPaper): void {
    this.#count += 1;
    const { job, text } = printed;
    const paper = { id: this.#count, job: job.id, kind: job.slip.kind, text, orderBarcode: job.slip.orderBarcode };
    this.#kept = [...this.#kept, { paper, printed }].slice(-PAPERS_MAX);
  }

  list(): readonly Paper[] {
    return this.#kept.map(({ paper }) => paper);
  }

  picture(id: number): string | null {
    return this.#kept.find(({ paper }) => paper.id === id)?.printed.svg ?? null;
  }
}

/** The networks around the simulated radio, as the page changes them. */
class Radio {
  readonly wifi: SimulatedWifi;
  readonly #networks: Map<string, string>;

  constructor(wifi: SimulatedWifi, networks: readonly { readonly ssid: string; readonly passphrase: string }[]) {
    this.wifi = wifi;
    this.#networks = new Map(networks.map(({ ssid, passphrase }) => [ssid, passphrase]));
  }

  change(
    change:
      | { readonly do: 'add'; readonly ssid: string; readonly passphrase: string }
      | { readonly do: 'remove'; readonly ssid: string },
  ): void {
    if (change.do === 'remove') this.#networks.delete(change.ssid);
    else this.#networks.set(change.ssid, change.passphrase);
    this.tune();
  }

  tune(): void {
    this.wifi.setNetworks([...this.#networks].map(([ssid, passphrase]) => ({ ssid, passphrase })));
  }

  state(): { current: string | null; networks: readonly { ssid: string; open: boolean }[] } {
    return { current: this.wifi.current(), networks: this.wifi.inReach() };
  }
}
