import type { HostCondition } from './fault-script.ts';
import type { TrueHost } from './book.ts';

/** The gateway has four domains. */
export const HOST_COUNT = 4;

/** What the four domains do with connections; a condition may end by itself. */
export interface Hosts {
  set(index: number, condition: HostCondition, forMs: number | null): void;
  condition(index: number): HostCondition;
  /** Epoch ms of the next change that comes by itself; null when there is none. */
  nextChangeMs(): number | null;
  countRequest(index: number): void;
  list(): readonly TrueHost[];
  /** Told after every `set`; returns the unsubscribe function. */
  subscribe(listener: () => void): () => void;
}

interface HostState {
  condition: HostCondition;
  untilMs: number | null;
  requests: number;
}

const newState = (): HostState => ({ condition: 'up', untilMs: null, requests: 0 });

/** @param nowMs the gateway's clock */
export function createHosts(nowMs: () => number): Hosts {
  const states = Array.from({ length: HOST_COUNT }, newState);
  const listeners = new Set<() => void>();
  const stateOf = (index: number): HostState => {
    const state = states[index];
    if (state === undefined) throw new RangeError(`no domain ${index}: 0 to ${HOST_COUNT - 1}`);
    if (state.untilMs !== null && nowMs() >= state.untilMs) {
      state.condition = 'up';
      state.untilMs = null;
    }
    return state;
  };
  return {
    set(index, condition, forMs) {
      const state = stateOf(index);
      state.condition = condition;
      state.untilMs = forMs === null || condition === 'up' ? null : nowMs() + forMs;
      for (const listener of listeners) listener();
    },
    condition: (index) => stateOf(index).condition,
    nextChangeMs() {
      const times = states.flatMap((_, index) => stateOf(index).untilMs ?? []);
      return times.length === 0 ? null : Math.min(...times);
    },
    countRequest(index) {
      stateOf(index).requests += 1;
    },
    list: () =>
      states.map((_, index) => {
        const { condition, untilMs, requests } = stateOf(index);
        return { index, condition, untilMs, requests };
      }),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
