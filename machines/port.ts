import { fromPromise, type PromiseActorLogic } from 'xstate';

/**
 * An effect that a machine needs: named and typed in `machines/`, fulfilled in `actors/`.
 * Running it unfulfilled is a wiring bug and says so.
 */
export function port<Output, Input>(name: string): PromiseActorLogic<Output, Input> {
  return fromPromise<Output, Input>(() => Promise.reject(new Error(`port "${name}" was not provided`)));
}
