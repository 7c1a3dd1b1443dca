import type { AnyActorRef } from 'xstate';
import type { SettingsStore } from '../config/settings-store.ts';
import type { TerminalContext, TerminalEvent } from '../machines/terminal-orders.ts';

interface RootSnapshot {
  readonly context: TerminalContext;
  readonly children: Readonly<Record<string, AnyActorRef | undefined>>;
}

/**
 * Whose terminal it is, as it is stored: a flow that crashed right after it had stored a configuration, or had given one up, could tell
 * nobody. When the session begins anew its supervisor hears of it as from the flow itself.
 */
export class BindingWatch {
  readonly #settings: Pick<SettingsStore, 'current'>;
  readonly #send: (event: TerminalEvent) => void;
  #session: AnyActorRef | null = null;

  constructor(settings: Pick<SettingsStore, 'current'>, send: (event: TerminalEvent) => void) {
    this.#settings = settings;
    this.#send = send;
  }

  /** Called with every snapshot of the root. */
  follow({ context: { status }, children }: RootSnapshot): void {
    const session = children['cashier'];
    if (session === undefined || session === this.#session) return;
    const isFirst = this.#session === null;
    this.#session = session;
    if (isFirst) return;
    const { configuration } = this.#settings.current();
    if (configuration === null && status.configured) this.#send({ type: 'terminal.unbound' });
    if (configuration === null || status.configured) return;
    const { shopName, staffId } = configuration;
    this.#send({ type: 'configuration.ended', output: { outcome: 'configured', shopName, staffId } });
  }
}
