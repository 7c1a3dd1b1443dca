import { fromPromise } from 'xstate';
import type { HandSettings } from '../machines/settings.machine.ts';
import type { PaymentDesk } from './payment-ports.ts';

/** What the settings flow asks for. */
export function settingsPorts({ parts: { settings } }: PaymentDesk) {
  return {
    readSettings: fromPromise<HandSettings, void>(() => {
      const { managerCodeSet, guided } = settings.current();
      return Promise.resolve({ managerCodeSet, guided });
    }),
    storeGuided: fromPromise<void, { guided: boolean }>(({ input }) => settings.setGuided(input.guided)),
  };
}
