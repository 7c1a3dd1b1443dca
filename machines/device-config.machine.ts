import { assign, sendParent, setup } from 'xstate';
import type { Domain } from '../domain/payment-gateway.ts';
import { port } from './port.ts';

/** Why a configuration QR did not make this terminal one of the shop. */
export type ConfigurationTrouble =
  'expired' | 'bound-elsewhere' | 'rejected' | 'unreachable' | 'key-refused' | 'storage';

/** What came of asking the gateway for the configuration (§7.2); `configuration` names it, its key stays outside. */
export type FetchedConfiguration =
  | {
      readonly kind: 'fetched';
      readonly configuration: string;
      readonly shopName: string;
      readonly staffId: string | null;
    }
  | { readonly kind: 'trouble'; readonly trouble: ConfigurationTrouble; readonly description: string };

/** What the configuring of a terminal begins with. */
export interface DeviceConfigInput {
  /** Names the scanned ticket, which itself stays outside the statecharts. */
  readonly ticketRef: string;
  /** The domain that the QR names (§7.2). */
  readonly domain: Domain;
}

/** The configuration on its way into the settings, or why it went no further. */
export interface DeviceConfigContext extends DeviceConfigInput {
  /** Names the fetched configuration; null until there is one. */
  readonly configuration: string | null;
  readonly shopName: string;
  readonly staffId: string | null;
  readonly trouble: ConfigurationTrouble | null;
  /** The gateway's words, or ours; '' while nothing went wrong. */
  readonly description: string;
}

/** How the configuring ended. */
export type DeviceConfigOutput =
  | { readonly outcome: 'configured'; readonly shopName: string; readonly staffId: string | null }
  | { readonly outcome: 'failed'; readonly trouble: ConfigurationTrouble; readonly description: string };

/**
 * One configuration, from the scanned QR to the stored whole (A1).
 * Invariant: until `storing` is done the old configuration is the one in use; any failure leaves it working.
 */
export const deviceConfigMachine = setup({
  types: {
    input: {} as DeviceConfigInput,
    context: {} as DeviceConfigContext,
    output: {} as DeviceConfigOutput,
  },
  actors: {
    fetchConfiguration: port<FetchedConfiguration, { ticketRef: string; domain: Domain }>('fetchConfiguration'),
    verifyConfiguration: port<FetchedConfiguration, { configuration: string }>('verifyConfiguration'),
    storeConfiguration: port<void, { configuration: string }>('storeConfiguration'),
  },
  guards: {
    isFetched: (_, { answer }: { answer: FetchedConfiguration }) => answer.kind === 'fetched',
  },
  actions: {
    announceStart: sendParent({ type: 'configuration.started' as const }),
    rememberFetched: assign((_, { answer }: { answer: FetchedConfiguration }) =>
      answer.kind === 'fetched'
        ? { configuration: answer.configuration, shopName: answer.shopName, staffId: answer.staffId }
        : {},
    ),
    rememberTrouble: assign((_, { answer }: { answer: FetchedConfiguration }) =>
      answer.kind === 'trouble' ? { trouble: answer.trouble, description: answer.description } : {},
    ),
    rememberStorageTrouble: assign((_, { error }: { error: unknown }) => ({
      trouble: 'storage' as const,
      description: error instanceof Error ? error.message : String(error),
    })),
  },
}).createMachine({
  id: 'deviceConfig',
  context: ({ input }) => ({
    ...input,
    configuration: null,
    shopName: '',
    staffId: null,
    trouble: null,
    description: '',
  }),
  initial: 'fetching',
  states: {
    fetching: {
      entry: 'announceStart',
      invoke: {
        src: 'fetchConfiguration',
        input: ({ context }) => ({ ticketRef: context.ticketRef, domain: context.domain }),
        onDone: [
          {
            guard: { type: 'isFetched', params: ({ event }) => ({ answer: event.output }) },
            target: 'verifying',
            actions: { type: 'rememberFetched', params: ({ event }) => ({ answer: event.output }) },
          },
          {
            target: 'failed',
            actions: { type: 'rememberTrouble', params: ({ event }) => ({ answer: event.output }) },
          },
        ],
        onError: {
          target: 'failed',
          actions: { type: 'rememberStorageTrouble', params: ({ event }) => ({ error: event.error }) },
        },
      },
    },
    verifying: {
      invoke: {
        src: 'verifyConfiguration',
        input: ({ context }) => ({ configuration: fetchedIn(context) }),
        onDone: [
          {
            guard: { type: 'isFetched', params: ({ event }) => ({ answer: event.output }) },
            target: 'storing',
          },
          {
            target: 'failed',
            actions: { type: 'rememberTrouble', params: ({ event }) => ({ answer: event.output }) },
          },
        ],
        onError: {
          target: 'failed',
          actions: { type: 'rememberStorageTrouble', params: ({ event }) => ({ error: event.error }) },
        },
      },
    },
    storing: {
      invoke: {
        src: 'storeConfiguration',
        input: ({ context }) => ({ configuration: fetchedIn(context) }),
        onDone: 'configured',
        onError: {
          target: 'failed',
          actions: { type: 'rememberStorageTrouble', params: ({ event }) => ({ error: event.error }) },
        },
      },
    },
    configured: { type: 'final' },
    failed: { type: 'final' },
  },
  output: ({ context }) =>
    context.trouble === null
      ? { outcome: 'configured', shopName: context.shopName, staffId: context.staffId }
      : { outcome: 'failed', trouble: context.trouble, description: context.description },
});

function fetchedIn(context: DeviceConfigContext): string {
  if (context.configuration === null) throw new Error('no configuration was fetched');
  return context.configuration;
}
