import { assign, cancel, raise, sendParent, setup } from 'xstate';
import type { Announcement } from '../domain/sentence.ts';
import { port } from './port.ts';

/** `result`: what became of money, told once and in order; `prompt`: guidance that only matters now. */
export type AnnouncementPriority = 'result' | 'prompt';

/** An announcement that waits for the speaker. */
export interface QueuedAnnouncement extends Announcement {
  readonly priority: AnnouncementPriority;
  /** Journal the telling (M7); replays and prompts are not journalled. */
  readonly durable: boolean;
}

/** What the voice still has to say, and what it said. */
export interface AnnouncerContext {
  readonly queue: readonly QueuedAnnouncement[];
  /** How often the speaker failed at the one that is in front. */
  readonly attempts: number;
  /** The last ten results, newest first, for the replay key. */
  readonly history: readonly Announcement[];
  /** Replays so far in this process life; each needs an id of its own. */
  readonly replays: number;
  /** How far back the next replay goes: pressed again soon, the key walks back through the history. */
  readonly stepsBack: number;
}

/** What the voice can be asked. */
export type AnnouncerEvent =
  | { type: 'announce'; announcements: readonly QueuedAnnouncement[] }
  /** Guidance that no longer fits, as when a scan follows the amount, is not spoken to its end. */
  | { type: 'hush' }
  | { type: 'replay'; index: number }
  | { type: 'replay.rested' };

const HISTORY_MAX = 10;
const ATTEMPTS_MAX = 3;

/** A prompt never waits behind another prompt; a result never waits behind a prompt. */
function enqueued(queue: readonly QueuedAnnouncement[], added: QueuedAnnouncement): readonly QueuedAnnouncement[] {
  if (queue.some((queued) => queued.job === added.job)) return queue;
  return [...queue.filter((queued) => queued.priority === 'result'), added];
}

/** The voice: one sentence at a time, results before prompts, each result told once (M4, M7). */
export const announcerMachine = setup({
  types: {
    /** `history`: what was said before, newest first. */
    input: {} as { readonly history: readonly Announcement[] } | undefined,
    context: {} as AnnouncerContext,
    events: {} as AnnouncerEvent,
  },
  actors: {
    speak: port<void, { announcement: Announcement }>('speak'),
    recordTold: port<void, { announcement: Announcement }>('recordTold'),
  },
  guards: {
    hasNothingToReplay: ({ context }) => context.history.length === 0,
    isQueueEmpty: ({ context }) => context.queue.length === 0,
    isDurable: ({ context }) => context.queue[0]?.durable === true,
    interrupts: ({ context }) => context.queue[0]?.priority === 'prompt',
    mayTryAgain: ({ context }) => context.queue[0]?.priority === 'result' && context.attempts < ATTEMPTS_MAX,
  },
  actions: {
    rest: assign({ stepsBack: 0 }),
    cancelRest: cancel('replayRest'),
    restLater: raise({ type: 'replay.rested' }, { delay: 'replayPause', id: 'replayRest' }),
    enqueue: assign({
      stepsBack: 0,
      queue: ({ context }, { announcements }: { announcements: readonly QueuedAnnouncement[] }) =>
        announcements.reduce(enqueued, context.queue),
    }),
    enqueueReplay: assign(({ context }, { index }: { index: number }) => {
      const { history, replays, stepsBack } = context;
      const again = history[(index + stepsBack) % Math.max(1, history.length)];
      if (again === undefined) return {};
      const replay = { ...again, job: `replay-${replays + 1}`, priority: 'result' as const, durable: false };
      return { queue: enqueued(context.queue, replay), replays: replays + 1, stepsBack: stepsBack + 1 };
    }),
    dropPrompts: assign({ queue: ({ context }) => context.queue.filter((queued) => queued.priority === 'result') }),
    reportNothing: sendParent({ type: 'replay.empty' as const }),
    dropPlayed: assign({ queue: ({ context }) => context.queue.slice(1), attempts: 0 }),
    remember: assign({
      history: ({ context }) => {
        const [played] = context.queue;
        if (played === undefined || played.priority !== 'result' || played.job.startsWith('replay-'))
          return context.history;
        return [played, ...context.history].slice(0, HISTORY_MAX);
      },
    }),
    countAttempt: assign({ attempts: ({ context }) => context.attempts + 1 }),
    reportSilence: sendParent(({ context }, { error }: { error: unknown }) => ({
      type: 'speaker.failed' as const,
      job: context.queue[0]?.job ?? '',
      error,
    })),
  },
  delays: { speakAgain: 2000, replayPause: 5000 },
}).createMachine({
  id: 'announcer',
  context: ({ input }) => ({ queue: [], attempts: 0, history: input?.history ?? [], replays: 0, stepsBack: 0 }),
  initial: 'choosing',
  on: {
    hush: { actions: 'dropPrompts' },
    announce: { actions: { type: 'enqueue', params: ({ event }) => ({ announcements: event.announcements }) } },
    replay: [
      { guard: 'hasNothingToReplay', actions: 'reportNothing' },
      {
        actions: [
          { type: 'enqueueReplay', params: ({ event }) => ({ index: event.index }) },
          'cancelRest',
          'restLater',
        ],
      },
    ],
    'replay.rested': { actions: 'rest' },
  },
  states: {
    choosing: { always: [{ guard: 'isQueueEmpty', target: 'silent' }, { target: 'speaking' }] },
    silent: {
      on: {
        announce: {
          target: 'choosing',
          actions: { type: 'enqueue', params: ({ event }) => ({ announcements: event.announcements }) },
        },
        replay: [
          { guard: 'hasNothingToReplay', actions: 'reportNothing' },
          {
            target: 'choosing',
            actions: [
              { type: 'enqueueReplay', params: ({ event }) => ({ index: event.index }) },
              'cancelRest',
              'restLater',
            ],
          },
        ],
      },
    },
    speaking: {
      invoke: {
        src: 'speak',
        input: ({ context }) => ({ announcement: firstOf(context) }),
        onDone: [
          { guard: 'isDurable', target: 'recording', actions: 'remember' },
          { target: 'choosing', actions: ['remember', 'dropPlayed'] },
        ],
        onError: [
          { guard: 'mayTryAgain', target: 'resting', actions: 'countAttempt' },
          {
            // Still owed: the journal has no telling of it, so the next process life says it.
            target: 'choosing',
            actions: [
              { type: 'reportSilence', params: ({ event }) => ({ error: event.error }) },
              'remember',
              'dropPlayed',
            ],
          },
        ],
      },
      on: {
        hush: { guard: 'interrupts', target: 'choosing', actions: 'dropPrompts' },
        announce: [
          {
            guard: 'interrupts',
            target: 'choosing',
            actions: { type: 'enqueue', params: ({ event }) => ({ announcements: event.announcements }) },
          },
          { actions: { type: 'enqueue', params: ({ event }) => ({ announcements: event.announcements }) } },
        ],
      },
    },
    resting: { after: { speakAgain: 'speaking' } },
    recording: {
      invoke: {
        src: 'recordTold',
        input: ({ context }) => ({ announcement: firstOf(context) }),
        onDone: { target: 'choosing', actions: 'dropPlayed' },
        onError: { target: 'choosing', actions: 'dropPlayed' },
      },
    },
  },
});

function firstOf(context: AnnouncerContext): Announcement {
  const [first] = context.queue;
  if (first === undefined) throw new Error('nothing to announce');
  return first;
}
