import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ApiFailure } from './client.ts';

/** What was asked for, as far as it is there. While it is read again the old answer stays. */
export interface Asked<Answer> {
  readonly answer: Answer | null;
  readonly failure: ApiFailure | null;
  readonly isLoading: boolean;
  /** Reads it again. */
  readonly again: () => void;
  /** Puts a newer answer in its place. */
  readonly put: (answer: Answer) => void;
}

interface Held<Answer> {
  readonly key: string;
  readonly answer: Answer | null;
  readonly failure: ApiFailure | null;
  readonly isLoading: boolean;
}

/** Loads by key: another key begins anew, `again` reads the same once more. */
export function useAnswer<Answer>(key: string, load: (signal: AbortSignal) => Promise<Answer>): Asked<Answer> {
  const [held, setHeld] = useState<Held<Answer>>({ key, answer: null, failure: null, isLoading: true });
  const [turn, setTurn] = useState(0);
  const loading = useRef(load);
  loading.current = load;
  useEffect(() => {
    const abort = new AbortController();
    setHeld((old) => (old.key === key ? { ...old, isLoading: true } : { ...EMPTY, key }));
    loading.current(abort.signal).then(
      (answer) => !abort.signal.aborted && setHeld({ key, answer, failure: null, isLoading: false }),
      (error: unknown) => {
        if (abort.signal.aborted) return;
        const failure = error instanceof ApiFailure ? error : new ApiFailure(0, 'failed', String(error));
        setHeld((old) => ({ ...old, failure, isLoading: false }));
      },
    );
    return () => abort.abort();
  }, [key, turn]);
  const again = useCallback(() => setTurn((old) => old + 1), []);
  const put = useCallback((answer: Answer) => setHeld((old) => ({ ...old, answer, failure: null })), []);
  // In the moment between another key and its effect the old answer is somebody else's.
  return held.key === key ? { ...held, again, put } : { ...EMPTY, again, put };
}

const EMPTY = { answer: null, failure: null, isLoading: true } as const;
