import type { AnyActorRef } from 'xstate';
import { screenOf } from '../domain/screens/screen-of.ts';
import type { ScreenView } from '../domain/screens/screen-view.ts';
import type { Locale } from '../domain/sentence.ts';
import type { ScreenDevice } from '../hal/screen/contract.ts';

interface WithChildren {
  readonly children: Readonly<Record<string, AnyActorRef | undefined>>;
}

interface WithView {
  readonly context: { readonly view: ScreenView };
}

/** Puts the cashier's view on the screen, also after the cashier's session was restarted as a new actor. */
export class Display {
  readonly #screen: ScreenDevice;
  readonly #locale: Locale;
  readonly #onView: (view: ScreenView) => void;
  #session: AnyActorRef | null = null;
  #shown: ScreenView | null = null;

  constructor(screen: ScreenDevice, locale: Locale, onView: (view: ScreenView) => void) {
    this.#screen = screen;
    this.#locale = locale;
    this.#onView = onView;
  }

  /** Called with every snapshot of the root. */
  follow(snapshot: WithChildren): void {
    const session = snapshot.children['cashier'];
    if (session === undefined || session === this.#session) return;
    this.#session = session;
    this.#show(session.getSnapshot() as WithView);
    // A crash of the session is its supervisor's business; unobserved here it would end the process.
    session.subscribe({ next: (next) => this.#show(next as WithView), error: () => undefined });
  }

  #show({ context: { view } }: WithView): void {
    if (view === this.#shown) return;
    this.#shown = view;
    this.#screen.show(screenOf(view, this.#locale));
    this.#onView(view);
  }
}
