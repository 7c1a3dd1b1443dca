import * as v from 'valibot';
import { API_ROOT, queryOf } from './client.ts';
import { reportSchema, type CommandReport } from './operator-answers.ts';

const terminalsSchema = v.object({ tids: v.array(v.string()), all: v.boolean() });
const endSchema = v.object({ tid: v.string(), id: v.string(), why: v.nullable(v.string()) });

/** What `/live` tells, as this console understands it. */
export type LiveNews =
  | { readonly type: 'terminals'; readonly tids: readonly string[]; readonly all: boolean }
  | { readonly type: 'report'; readonly report: CommandReport }
  | { readonly type: 'snapshot'; readonly tid: string; readonly id: string; readonly why: string | null }
  | { readonly type: 'alerts' };

/** Whether the page is told of changes as they happen; `lost` is tried again. */
export type LiveState = 'connecting' | 'live' | 'lost';

/**
 * One stream of news for the whole page: a browser allows few connections to one place. It follows the fleet or, at once and with
 * every transition, one terminal. After a break everything counts as changed.
 */
export class LiveChannel {
  readonly #listeners = new Set<(news: LiveNews) => void>();
  readonly #watchers = new Set<(state: LiveState) => void>();
  #source: EventSource | null = null;
  /** Whom it follows; null: the fleet. */
  tid: string | null = null;
  #hasBeenLive = false;
  state: LiveState = 'connecting';

  /** Opens it, for the fleet (null) or one terminal. */
  follow(tid: string | null): void {
    if (this.#source !== null && this.tid === tid && this.#source.readyState !== EventSource.CLOSED) return;
    this.tid = tid;
    this.#source?.close();
    const source = new EventSource(`${API_ROOT}/live${queryOf({ tid: tid ?? undefined })}`);
    this.#source = source;
    source.addEventListener('hello', () => {
      const isBack = this.#hasBeenLive;
      this.#hasBeenLive = true;
      this.#become('live');
      if (isBack) this.#tell({ type: 'terminals', tids: [], all: true });
    });
    source.addEventListener('error', () => this.#become('lost'));
    this.#take(source, 'terminals', (value) => ({ type: 'terminals', ...v.parse(terminalsSchema, value) }));
    this.#take(source, 'report', (value) => ({ type: 'report', report: v.parse(reportSchema, value) }));
    this.#take(source, 'snapshot', (value) => ({ type: 'snapshot', ...v.parse(endSchema, value) }));
    this.#take(source, 'alerts', () => ({ type: 'alerts' }));
  }

  /** Closes it until the next `follow`. */
  close(): void {
    this.#source?.close();
    this.#source = null;
    this.#become('connecting');
  }

  /** @returns stops listening */
  listen(listener: (news: LiveNews) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  watch(watcher: (state: LiveState) => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  #take(source: EventSource, event: string, read: (value: unknown) => LiveNews): void {
    source.addEventListener(event, ({ data }: MessageEvent<string>) => {
      let news: LiveNews;
      try {
        news = read(JSON.parse(data));
      } catch {
        // A newer service tells what this page does not know: it is not about what is shown.
        return;
      }
      this.#tell(news);
    });
  }

  #tell(news: LiveNews): void {
    for (const listener of [...this.#listeners]) listener(news);
  }

  #become(state: LiveState): void {
    if (state === this.state) return;
    this.state = state;
    for (const watcher of [...this.#watchers]) watcher(state);
  }
}
