import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ApiFailure } from '../api/client.ts';

interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
  readonly count: number | null;
}

/** A list that is read page by page, as far as somebody looks. */
export interface Pages<Item> {
  readonly items: readonly Item[];
  readonly count: number | null;
  readonly isComplete: boolean;
  readonly isLoading: boolean;
  readonly failure: ApiFailure | null;
  /** Reads the next page, once however often it is called. */
  readonly more: () => void;
  /** From the start. */
  readonly again: () => void;
  /** Puts newer items in place of those that are here. */
  readonly change: (change: (item: Item) => Item) => void;
}

interface Held<Item> extends Page<Item> {
  readonly key: string;
  readonly isBegun: boolean;
  readonly failure: ApiFailure | null;
}

const empty = (key: string) => ({ key, items: [], next: null, count: null, isBegun: false, failure: null });

type Load<Item> = (after: string | null, signal: AbortSignal) => Promise<Page<Item>>;

/** Reads pages by cursor; another key begins anew. */
export function usePages<Item>(key: string, load: Load<Item>): Pages<Item> {
  const [held, setHeld] = useState<Held<Item>>(() => empty(key));
  const [isLoading, setIsLoading] = useState(true);
  const [turn, setTurn] = useState(0);
  const running = useRef<AbortController | null>(null);
  const loading = useRef(load);
  loading.current = load;
  const read = useCallback(
    (after: string | null) => {
      running.current?.abort();
      const abort = new AbortController();
      running.current = abort;
      setIsLoading(true);
      const end = (change: (old: Held<Item>) => Held<Item>) => {
        if (abort.signal.aborted) return;
        running.current = null;
        setIsLoading(false);
        setHeld(change);
      };
      loading.current(after, abort.signal).then(
        ({ items, next, count }) =>
          end((old) => ({
            ...{ key, next, isBegun: true, failure: null, count: count ?? old.count },
            items: after === null ? items : [...old.items, ...items],
          })),
        (error: unknown) => {
          const failure = error instanceof ApiFailure ? error : new ApiFailure(0, 'failed', String(error));
          end((old) => ({ ...old, key, failure }));
        },
      );
    },
    [key],
  );
  useEffect(() => {
    read(null);
    return () => running.current?.abort();
  }, [key, turn]);
  const shown = held.key === key ? held : empty(key);
  const more = () => {
    if (running.current === null && shown.next !== null && shown.failure === null) read(shown.next);
  };
  return {
    ...{ items: shown.items, count: shown.count, failure: shown.failure, more },
    isComplete: shown.isBegun && shown.next === null,
    isLoading,
    again: useCallback(() => setTurn((old) => old + 1), []),
    change: useCallback((change) => setHeld((old) => ({ ...old, items: old.items.map(change) })), []),
  };
}
