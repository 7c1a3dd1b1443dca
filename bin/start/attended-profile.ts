import type { Key, Screen } from '../../domain/screen.ts';
import type { Profile, ReadyFacts } from '../../hal/profiles/profile.ts';

/** Who looks over the cashier's shoulder. */
export interface Attendant {
  /** Before the terminal gets what the scanner read. */
  readonly beforeScan: (text: string) => void;
  readonly onScreen: (screen: Screen) => void;
}

/** A profile with one more pair of hands and eyes: what a program does for a visitor, the terminal cannot tell from the visitor. */
export class AttendedProfile implements Profile {
  readonly devices: Profile['devices'];
  /** Resolves when the terminal can take its first key. */
  readonly ready: Promise<ReadyFacts>;
  readonly #profile: Profile;
  readonly #announced = Promise.withResolvers<ReadyFacts>();
  readonly #scanListeners = new Set<(text: string) => void>();
  readonly #keyListeners = new Set<(key: Key) => void>();
  readonly #screenListeners = new Set<(screen: Screen) => void>();
  readonly #attendant: Attendant;
  #screen: Screen | null = null;

  constructor(profile: Profile, attendant: Attendant) {
    this.#profile = profile;
    this.#attendant = attendant;
    this.ready = this.#announced.promise;
    const { screen, keypad, scanner } = profile.devices;
    this.devices = {
      ...profile.devices,
      close: () => profile.devices.close(),
      screen: {
        show: (shown) => {
          screen.show(shown);
          this.#follow(shown);
        },
        close: () => screen.close(),
      },
      keypad: {
        subscribe: (listener) => both(this.#keyListeners, listener, keypad.subscribe(listener)),
        close: () => keypad.close(),
      },
      scanner: {
        subscribe: (listener) => {
          const attended = (text: string): void => {
            attendant.beforeScan(text);
            listener(text);
          };
          return both(this.#scanListeners, attended, scanner.subscribe(attended));
        },
        close: () => scanner.close(),
      },
    };
  }

  scan(text: string): void {
    for (const listener of [...this.#scanListeners]) listener(text);
  }

  press(key: Key): void {
    for (const listener of [...this.#keyListeners]) listener(key);
  }

  /** Resolves with the first screen that fits, the present one included. @throws Error after `limitMs`, naming the screen that is there instead */
  shows(fits: (screen: Screen) => boolean, limitMs: number): Promise<Screen> {
    const seen = Promise.withResolvers<Screen>();
    const look = (screen: Screen): void => {
      if (fits(screen)) seen.resolve(screen);
    };
    const limit = setTimeout(() => {
      seen.reject(new Error(`the terminal still shows "${this.#screen?.lines.join(' ') ?? 'nothing'}"`));
    }, limitMs);
    this.#screenListeners.add(look);
    if (this.#screen !== null) look(this.#screen);
    return seen.promise.finally(() => {
      clearTimeout(limit);
      this.#screenListeners.delete(look);
    });
  }

  announceReady(facts: ReadyFacts): void {
    this.#profile.announceReady(facts);
    this.#announced.resolve(facts);
  }

  onDump(answer: Parameters<Profile['onDump']>[0]): void {
    this.#profile.onDump(answer);
  }

  onStop(listener: () => void): void {
    this.#profile.onStop(listener);
  }

  #follow(screen: Screen): void {
    this.#screen = screen;
    this.#attendant.onScreen(screen);
    for (const listener of [...this.#screenListeners]) listener(screen);
  }
}

function both<Listener>(own: Set<Listener>, listener: Listener, unsubscribe: () => void): () => void {
  own.add(listener);
  return () => {
    own.delete(listener);
    unsubscribe();
  };
}
