import { terminalSetup } from './terminal-setup.ts';

/**
 * The line to the fleet service. A crash of it is told and waited out, never counted and never escalated: what a broker can cause must
 * not restart a process that takes payments.
 */
export const fleetRegion = terminalSetup.createStateConfig({
  initial: 'choosing',
  states: {
    choosing: { always: [{ guard: 'hasFleet', target: 'running' }, { target: 'absent' }] },
    /** This terminal belongs to no fleet. */
    absent: {},
    running: {
      invoke: {
        src: 'fleetLink',
        id: 'fleetLink',
        systemId: 'fleetLink',
        input: ({ context: { given } }) => given.fleet ?? { tid: '', servers: [], telemetryMs: 0 },
        onError: {
          target: 'awaitingRestart',
          actions: { type: 'logCrash', params: ({ event }) => ({ where: 'fleetLink', error: event.error }) },
        },
      },
    },
    awaitingRestart: { after: { fleetRestartDelay: 'running' } },
  },
});
