import type { ScreenName } from '../../../domain/screen.ts';
import type { PrinterStatus } from '../../printer/contract.ts';
import type { SpokenPart } from '../../speaker/spoken-parts.ts';

/** What the page and its server say to each other. Only the server has state; a page that reconnects gets all of it again. */

/** A QR code: modules a side, and the dark ones as an SVG path in units of a module. */
export interface DrawnModules {
  readonly side: number;
  readonly path: string;
}

/** What the cashier reads, and since when. */
export interface ShownScreen {
  readonly name: ScreenName;
  readonly lines: readonly string[];
  readonly order: string | null;
  readonly amountFen: number | null;
  /** The QR code of the screen; most have none. */
  readonly code?: DrawnModules;
  /** Milliseconds until the gateway closes the order if nobody pays; absent where that is over or not known. */
  readonly closesInMs?: number;
  /** Milliseconds since this screen, or the one before it of the same order in the same wait, appeared. */
  readonly ageMs: number;
}

/** A sentence that is being spoken. */
export interface Spoken {
  readonly id: number;
  readonly text: string;
  /** Its recordings in order; null when the terminal has none for it, and the page's own voice speaks. */
  readonly parts: readonly SpokenPart[] | null;
  /** How long it takes, roughly unless it is recorded. */
  readonly estimateMs: number;
  readonly volume: number;
  /** The page that has the sound; the others only show the words. Null: no page is there. */
  readonly heardAt: string | null;
}

/** Paper that came out of the printer; the picture is at `/api/paper/<id>.svg`. */
export interface Paper {
  readonly id: number;
  readonly job: string;
  readonly kind: string;
  readonly text: string;
  readonly orderBarcode: string | null;
}

/** What the simulated radio receives, and the network that it is on. */
export interface RadioState {
  readonly current: string | null;
  readonly networks: readonly { readonly ssid: string; readonly open: boolean }[];
}

/** Everything that a page shows. */
export interface TerminalView {
  readonly title: string;
  readonly version: string;
  /** Epoch ms; tells one life of the server from the next. */
  readonly startedAtMs: number;
  readonly ready: boolean;
  readonly stopped: boolean;
  readonly locale: 'zh-CN' | 'en';
  readonly screen: ShownScreen | null;
  /** The last sentence, for eyes. */
  readonly caption: string | null;
  readonly printer: PrinterStatus;
  readonly radio: RadioState;
  readonly papers: readonly Paper[];
  readonly hasDrawer: boolean;
  /** Other pages of interest on the machine that serves this one. */
  readonly links: readonly PageLink[];
  /** How long a customer has to pay, for the ring. */
  readonly windowMs: number;
  readonly clips: ClipShelf | null;
}

/** Where the recordings of sentences are: `<path><id>.wav` each, unchanged for ever; their ids at `<path>ids.json`. */
export interface ClipShelf {
  readonly path: string;
  /** Samples a second. */
  readonly sampleRate: number;
}

/** A page beside the terminal's own. */
export interface PageLink {
  readonly label: { readonly zh: string; readonly en: string };
  readonly url: string;
}

/** One message from the server; `view` carries only what changed, except the first, which is whole and names the page. */
export type ServerMessage =
  | { readonly is: 'hello'; readonly page: string; readonly view: TerminalView }
  | { readonly is: 'view'; readonly view: Partial<TerminalView> }
  | { readonly is: 'voice'; readonly spoken: Spoken }
  | { readonly is: 'hush'; readonly id: number }
  | { readonly is: 'beat' };

/** What a customer, or the shop's administrator, may hold in front of the scanner. */
export interface DrawerCode {
  /** What comes after ` · ` is the second line. */
  readonly label: { readonly zh: string; readonly en: string };
  readonly text: string;
  /** Chooses the colour: `wechat`, `alipay`, `configuration`, `wifi`, or any other word for a plain one. */
  readonly kind: string;
}

/** A code of the drawer with its picture. */
export interface DrawnCode extends DrawerCode {
  readonly picture: string;
}

/** Between two beats of the server to every page. */
export const BEAT_MS = 5_000;
/** Without a beat for this long a page knows that the server is gone. */
export const SILENCE_MS = 12_000;
