import { assign, enqueueActions, raise, sendParent, setup } from 'xstate';
import type { Domain, PingAnswer } from '../domain/payment-gateway.ts';
import { port } from './port.ts';

/** What is known of one domain from the attempts and pings so far. */
export interface DomainHealth {
  /** `untried` may be chosen like `good`; `bad` rests until its cool-down is over. */
  readonly state: 'untried' | 'good' | 'bad';
  /** In a row since it last answered. */
  readonly failures: number;
  /** Of its last answer; null while it gives none. */
  readonly latencyMs: number | null;
  /** Why it failed last, in words; '' when it did not. */
  readonly reason: string;
}

/** All domains in the order of the configuration, their health, and the choice. */
export interface DomainFailoverContext {
  readonly domains: readonly Domain[];
  readonly health: Readonly<Record<Domain, DomainHealth>>;
  /** The sticky choice: kept until it fails. */
  readonly chosen: Domain;
  /** Domains still to be asked in the running probe or check. */
  readonly remaining: readonly Domain[];
  /** How long a domain that failed is left out of the choice. */
  readonly coolDownMs: number;
  /** What the terminal was told last; null before the first time. */
  readonly reported: Pick<Extract<DomainReport, { type: 'domains.changed' }>, 'chosen' | 'anyGood'> | null;
}

/** What attempts report of a domain, and the cashier's wish to see all of them checked. */
export type DomainFailoverEvent =
  | { type: 'domain.answered'; domain: Domain; latencyMs: number }
  | { type: 'domain.failed'; domain: Domain; reason: string }
  | { type: 'domain.cooledDown'; domain: Domain }
  | { type: 'domainCheck.start' };

/** What the rest of the terminal is told of the domains. */
export type DomainReport =
  | { readonly type: 'domains.changed'; readonly chosen: Domain; readonly anyGood: boolean }
  | { readonly type: 'domainCheck.progress'; readonly domain: Domain; readonly answer: PingAnswer | null }
  | { readonly type: 'domainCheck.done'; readonly chosen: Domain | null };

const UNTRIED: DomainHealth = { state: 'untried', failures: 0, latencyMs: null, reason: '' };

/**
 * The domain for the next attempt: the sticky choice, else the first in order that is not resting, else, when all rest, the first
 * that this attempt has not tried. It chooses, but never suppresses a request.
 */
export function chooseDomain(context: DomainFailoverContext, tried: readonly Domain[] = []): Domain {
  const left = context.domains.filter((domain) => !tried.includes(domain));
  const candidates = left.length > 0 ? left : context.domains;
  const usable = candidates.filter((domain) => healthOf(context, domain).state !== 'bad');
  if (usable.includes(context.chosen)) return context.chosen;
  return usable[0] ?? candidates[0] ?? context.chosen;
}

function healthOf(context: DomainFailoverContext, domain: Domain): DomainHealth {
  return context.health[domain] ?? UNTRIED;
}

const nextRemaining = (context: DomainFailoverContext): Domain => context.remaining[0] ?? context.chosen;

function marked(context: DomainFailoverContext, domain: Domain, health: DomainHealth): Partial<DomainFailoverContext> {
  const next = { ...context, health: { ...context.health, [domain]: health } };
  const chosen =
    health.state === 'good' && healthOf(next, context.chosen).state === 'bad' ? domain : chooseDomain(next);
  return { health: next.health, chosen };
}

/** Health of every domain, the sticky choice, and the cashier's visible check of all of them (A8). */
export const domainFailoverMachine = setup({
  types: {
    input: {} as { domains: readonly Domain[]; coolDownMs: number },
    context: {} as DomainFailoverContext,
    events: {} as DomainFailoverEvent,
  },
  actors: { ping: port<PingAnswer, { domain: Domain }>('ping') },
  guards: {
    isKnown: ({ context }, { domain }: { domain: Domain }) => context.domains.includes(domain),
    isAlive: (_, { answer }: { answer: PingAnswer }) => answer.kind === 'alive',
    moreRemain: ({ context }) => context.remaining.length > 1,
  },
  actions: {
    markGood: assign(({ context }, { domain, latencyMs }: { domain: Domain; latencyMs: number }) =>
      marked(context, domain, { state: 'good', failures: 0, latencyMs, reason: '' }),
    ),
    markBad: assign(({ context }, { domain, reason }: { domain: Domain; reason: string }) =>
      marked(context, domain, {
        state: 'bad',
        failures: healthOf(context, domain).failures + 1,
        latencyMs: null,
        reason,
      }),
    ),
    markAnswer: assign(({ context }, { answer }: { answer: PingAnswer }) =>
      marked(
        context,
        nextRemaining(context),
        answer.kind === 'alive'
          ? { state: 'good', failures: 0, latencyMs: answer.latencyMs, reason: '' }
          : {
              state: 'bad',
              failures: healthOf(context, nextRemaining(context)).failures + 1,
              latencyMs: null,
              reason: answer.reason,
            },
      ),
    ),
    markCooled: assign(({ context }, { domain }: { domain: Domain }) => {
      const health = healthOf(context, domain);
      return health.state === 'bad'
        ? { health: { ...context.health, [domain]: { ...health, state: 'untried' as const } } }
        : {};
    }),
    coolDown: raise((_, { domain }: { domain: Domain }) => ({ type: 'domain.cooledDown' as const, domain }), {
      delay: 'coolDown',
    }),
    listProbe: assign({
      remaining: ({ context }) => [
        ...context.domains.filter((domain) => healthOf(context, domain).state !== 'bad'),
        ...context.domains.filter((domain) => healthOf(context, domain).state === 'bad'),
      ],
    }),
    listAll: assign({ remaining: ({ context }) => context.domains }),
    takeNext: assign({ remaining: ({ context }) => context.remaining.slice(1) }),
    chooseFirstGood: assign({
      chosen: ({ context }) =>
        context.domains.find((domain) => healthOf(context, domain).state === 'good') ?? context.chosen,
    }),
    /** Only what was not told before: most answers, and failures, confirm what is known. */
    reportChange: enqueueActions(({ context, enqueue }) => {
      const { chosen, reported } = context;
      const anyGood = context.domains.some((domain) => healthOf(context, domain).state !== 'bad');
      if (reported?.chosen === chosen && reported.anyGood === anyGood) return;
      enqueue.assign({ reported: { chosen, anyGood } });
      enqueue.sendParent({ type: 'domains.changed', chosen, anyGood } satisfies DomainReport);
    }),
    reportAsking: sendParent(({ context }): DomainReport => ({
      type: 'domainCheck.progress',
      domain: nextRemaining(context),
      answer: null,
    })),
    reportAnswer: sendParent(({ context }, { answer }: { answer: PingAnswer }): DomainReport => ({
      type: 'domainCheck.progress',
      domain: nextRemaining(context),
      answer,
    })),
    reportChecked: sendParent(({ context }): DomainReport => ({
      type: 'domainCheck.done',
      chosen: context.domains.find((domain) => healthOf(context, domain).state === 'good') ?? null,
    })),
  },
  delays: {
    coolDown: ({ context }) => context.coolDownMs,
    probeAgain: ({ context }) => context.coolDownMs,
  },
}).createMachine({
  id: 'domainFailover',
  context: ({ input }) => {
    const [first] = input.domains;
    if (first === undefined) throw new Error('a terminal needs at least one domain');
    return {
      domains: input.domains,
      health: Object.fromEntries(input.domains.map((domain) => [domain, UNTRIED])),
      chosen: first,
      remaining: [],
      coolDownMs: input.coolDownMs,
      reported: null,
    };
  },
  initial: 'watching',
  on: {
    'domain.answered': {
      guard: { type: 'isKnown', params: ({ event }) => ({ domain: event.domain }) },
      actions: [
        { type: 'markGood', params: ({ event }) => ({ domain: event.domain, latencyMs: event.latencyMs }) },
        'reportChange',
      ],
    },
    'domain.cooledDown': { actions: { type: 'markCooled', params: ({ event }) => ({ domain: event.domain }) } },
    'domainCheck.start': '.checking',
  },
  states: {
    watching: {
      on: {
        'domain.failed': {
          guard: { type: 'isKnown', params: ({ event }) => ({ domain: event.domain }) },
          target: 'probing',
          actions: [
            { type: 'markBad', params: ({ event }) => ({ domain: event.domain, reason: event.reason }) },
            { type: 'coolDown', params: ({ event }) => ({ domain: event.domain }) },
            'reportChange',
          ],
        },
      },
    },
    probing: {
      entry: 'listProbe',
      initial: 'asking',
      on: {
        'domain.failed': {
          guard: { type: 'isKnown', params: ({ event }) => ({ domain: event.domain }) },
          actions: [
            { type: 'markBad', params: ({ event }) => ({ domain: event.domain, reason: event.reason }) },
            { type: 'coolDown', params: ({ event }) => ({ domain: event.domain }) },
            'reportChange',
          ],
        },
      },
      states: {
        asking: {
          invoke: {
            src: 'ping',
            input: ({ context }) => ({ domain: nextRemaining(context) }),
            onDone: [
              {
                guard: { type: 'isAlive', params: ({ event }) => ({ answer: event.output }) },
                target: '#domainFailover.watching',
                actions: [{ type: 'markAnswer', params: ({ event }) => ({ answer: event.output }) }, 'reportChange'],
              },
              {
                guard: 'moreRemain',
                target: 'asking',
                reenter: true,
                actions: [{ type: 'markAnswer', params: ({ event }) => ({ answer: event.output }) }, 'takeNext'],
              },
              {
                target: 'resting',
                actions: [{ type: 'markAnswer', params: ({ event }) => ({ answer: event.output }) }, 'reportChange'],
              },
            ],
            onError: 'resting',
          },
        },
        resting: { after: { probeAgain: '#domainFailover.probing' } },
      },
    },
    checking: {
      entry: 'listAll',
      initial: 'asking',
      states: {
        asking: {
          entry: 'reportAsking',
          invoke: {
            src: 'ping',
            input: ({ context }) => ({ domain: nextRemaining(context) }),
            onDone: [
              {
                guard: 'moreRemain',
                target: 'asking',
                reenter: true,
                actions: [
                  { type: 'markAnswer', params: ({ event }) => ({ answer: event.output }) },
                  { type: 'reportAnswer', params: ({ event }) => ({ answer: event.output }) },
                  'takeNext',
                ],
              },
              {
                target: '#domainFailover.watching',
                actions: [
                  { type: 'markAnswer', params: ({ event }) => ({ answer: event.output }) },
                  { type: 'reportAnswer', params: ({ event }) => ({ answer: event.output }) },
                  'chooseFirstGood',
                  'reportChecked',
                  'reportChange',
                ],
              },
            ],
            onError: { target: '#domainFailover.watching', actions: 'reportChecked' },
          },
        },
      },
    },
  },
});
