import { type ServerMessage, SILENCE_MS, type Spoken, type TerminalView } from '../wire.ts';

const RETRY_MS_MAX = 4_000;
const POST_LIMIT_MS = 5_000;

/** What the page knows. */
export interface PageState {
  readonly link: 'connecting' | 'live' | 'lost';
  readonly page: string | null;
  readonly view: TerminalView | null;
  /** `performance.now()` when the present screen came, to which its age then belongs. */
  readonly screenCameMs: number;
  readonly spoken: Spoken | null;
  /** Slips up to this one were there when the page opened. */
  readonly oldPaper: number;
  /** Counts presses that could not be delivered. */
  readonly undelivered: number;
}

/** The server's view, live. When the link breaks it says so, and takes the whole view anew when it is back. */
export class LiveTerminal {
  #state: PageState = {
    link: 'connecting',
    page: null,
    view: null,
    screenCameMs: 0,
    spoken: null,
    oldPaper: -1,
    undelivered: 0,
  };
  readonly #listeners = new Set<() => void>();
  #source: EventSource | null = null;
  #watch: number | undefined;
  #retryMs = 500;
  /** Presses go one after the other: two digits in the wrong order would be another amount. */
  #sending: Promise<void> = Promise.resolve();
  #generation = 0;
  onSpoken: (spoken: Spoken) => void = () => {};
  onHush: () => void = () => {};

  state(): PageState {
    return this.#state;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  connect(): void {
    this.#source?.close();
    const source = new EventSource('/api/live');
    this.#source = source;
    source.onmessage = (message) => {
      this.#watchSilence();
      this.#take(JSON.parse(message.data as string) as ServerMessage);
    };
    source.onerror = () => this.#lose(source);
    this.#watchSilence();
  }

  /** Sends one press, scan or switch. What waits behind one that failed is dropped: a late key would hit another screen. */
  send(path: string, body: object): Promise<boolean> {
    const generation = this.#generation;
    const sent = this.#sending.then(() => (generation === this.#generation ? this.#post(path, body) : false));
    this.#sending = sent.then(() => undefined);
    return sent;
  }

  /** Beside the queue: a report must not wait for keys, nor they for it. */
  async reportSpoken(id: number): Promise<void> {
    try {
      await this.#fetch('spoken', { id });
    } catch {
      // The server goes on by its own estimate.
    }
  }

  async #post(path: string, body: object): Promise<boolean> {
    try {
      const answer = await this.#fetch(path, body);
      if (answer.ok) return true;
    } catch {
      // Named below, like a refusal.
    }
    this.#generation += 1;
    this.#set({ undelivered: this.#state.undelivered + 1 });
    return false;
  }

  #fetch(path: string, body: object): Promise<Response> {
    return fetch(`/api/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-page': this.#state.page ?? '' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(POST_LIMIT_MS),
    });
  }

  #take(message: ServerMessage): void {
    switch (message.is) {
      case 'hello': {
        this.#retryMs = 500;
        const newest = message.view.papers.at(-1)?.id ?? 0;
        // Another life of the server counts its slips anew.
        const isSameLife = message.view.startedAtMs === this.#state.view?.startedAtMs;
        const oldPaper = isSameLife ? this.#state.oldPaper : newest;
        return this.#set({
          link: 'live',
          page: message.page,
          view: message.view,
          oldPaper,
          screenCameMs: performance.now(),
        });
      }
      case 'view': {
        if (this.#state.view === null) return;
        const screenCameMs = message.view.screen === undefined ? this.#state.screenCameMs : performance.now();
        return this.#set({ view: { ...this.#state.view, ...message.view }, screenCameMs });
      }
      case 'voice':
        if (this.#state.view === null) return;
        this.#set({ spoken: message.spoken, view: { ...this.#state.view, caption: message.spoken.text } });
        return this.onSpoken(message.spoken);
      case 'hush':
        // It may come after the next sentence, which it must not silence.
        if (this.#state.spoken?.id !== message.id) return;
        this.#set({ spoken: null });
        return this.onHush();
      case 'beat':
        return;
    }
  }

  /** The sentence is over. */
  endSpoken(id: number): void {
    if (this.#state.spoken?.id === id) this.#set({ spoken: null });
  }

  #lose(source: EventSource): void {
    if (source !== this.#source) return;
    source.close();
    this.#source = null;
    clearTimeout(this.#watch);
    this.#generation += 1;
    this.#set({ link: 'lost', spoken: null });
    window.setTimeout(() => this.connect(), this.#retryMs);
    this.#retryMs = Math.min(RETRY_MS_MAX, this.#retryMs * 2);
  }

  /** A link that broke without a word (a phone that left the WiFi) is noticed by its silence. */
  #watchSilence(): void {
    clearTimeout(this.#watch);
    const source = this.#source;
    this.#watch = window.setTimeout(() => {
      if (source !== null) this.#lose(source);
    }, SILENCE_MS);
  }

  #set(change: Partial<PageState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of [...this.#listeners]) listener();
  }
}
