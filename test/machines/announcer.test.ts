import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Announcement } from '../../domain/sentence.ts';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import { announcerMachine, type QueuedAnnouncement } from '../../machines/announcer.machine.ts';
import { crashed, done, next, pass, startChart, timeOut, type Row } from '../support/charts.ts';

const test = suite('machines/announcer');

const result = (job: string): QueuedAnnouncement => ({
  job,
  sentence: { text: job, clips: [] },
  order: 'o1',
  refund: null,
  priority: 'result',
  durable: true,
});
const prompt = (job: string): QueuedAnnouncement => ({
  ...result(job),
  order: null,
  priority: 'prompt',
  durable: false,
});
const announce = (...announcements: QueuedAnnouncement[]) => ({ type: 'announce', announcements });
const holding = (...queue: QueuedAnnouncement[]) => ({ queue, attempts: 0, history: [], replays: 0, stepsBack: 0 });

function table(title: string, context: object, rows: readonly Row[]): void {
  for (const [state, event, target] of rows) {
    test(`${title}: ${state} on ${event.type} is ${target}`, () => {
      assert.is(next(announcerMachine, state, context, event).state, target);
    });
  }
}

table('with nothing to say', holding(), [
  ['silent', announce(result('a')), 'speaking'],
  ['silent', announce(), 'silent'],
  ['silent', { type: 'replay', index: 0 }, 'silent'],
]);
table('with a result', holding(result('a')), [
  ['speaking', done('announcer.speaking', undefined), 'recording'],
  ['speaking', crashed('announcer.speaking'), 'resting'],
  ['speaking', announce(result('b')), 'speaking'],
  ['speaking', { type: 'replay', index: 0 }, 'speaking'],
  ['speaking', { type: 'hush' }, 'speaking'],
  ['resting', timeOut('speakAgain', 'announcer.resting'), 'speaking'],
  ['resting', announce(result('b')), 'resting'],
  ['recording', done('announcer.recording', undefined), 'silent'],
  ['recording', crashed('announcer.recording'), 'silent'],
  ['recording', announce(result('b')), 'recording'],
]);
table('with a prompt', holding(prompt('p')), [
  ['speaking', done('announcer.speaking', undefined), 'silent'],
  ['speaking', crashed('announcer.speaking'), 'silent'],
  ['speaking', { type: 'hush' }, 'silent'],
]);
table('after three failures', { ...holding(result('a')), attempts: 3 }, [
  ['speaking', crashed('announcer.speaking'), 'silent'],
]);

/** A speaker whose sentences take two seconds, and the journal of what was told. */
function startVoice(options: { readonly fails?: (job: string, attempt: number) => boolean } = {}) {
  const clock = new VirtualClock();
  const started: string[] = [];
  const told: string[] = [];
  const ports = {
    speak: ({ announcement: { job } }: { announcement: Announcement }, signal: AbortSignal) => {
      started.push(job);
      if (options.fails?.(job, started.filter((one) => one === job).length) === true) throw new Error('no sound card');
      return new Promise<void>((resolve, reject) => {
        const timer = clock.setTimeout(() => resolve(), 2000);
        signal.addEventListener('abort', () => {
          clock.clearTimeout(timer);
          reject(new Error('silenced'));
        });
      });
    },
    recordTold: ({ announcement }: { announcement: Announcement }) => told.push(announcement.job),
  };
  return { ...startChart(announcerMachine, { clock, ports }), clock, started, told };
}

test('M7 each result is spoken to its end and then recorded, in order', async () => {
  const voice = startVoice();
  voice.send(announce(result('a'), result('b')));
  await pass(voice.clock, 1999);
  assert.equal(voice.told, []);
  await pass(voice.clock, 4000);
  assert.equal(voice.started, ['a', 'b']);
  assert.equal(voice.told, ['a', 'b']);
});

test('M7 a result that is already waiting is not said twice', async () => {
  const voice = startVoice();
  voice.send(announce(result('a')));
  voice.send(announce(result('a')));
  await pass(voice.clock, 10_000);
  assert.equal(voice.started, ['a']);
});

test('a result silences a prompt and is said at once', async () => {
  const voice = startVoice();
  voice.send(announce(prompt('p')));
  await pass(voice.clock, 500);
  voice.send(announce(result('a')));
  await pass(voice.clock, 0);
  assert.equal(voice.started, ['p', 'a']);
  await pass(voice.clock, 5000);
  assert.equal(voice.told, ['a']);
});

test('a newer prompt replaces an older one, and never a result', async () => {
  const voice = startVoice();
  voice.send(announce(prompt('p1')));
  voice.send(announce(prompt('p2')));
  voice.send(announce(result('a')));
  voice.send(announce(prompt('p3')));
  await pass(voice.clock, 10_000);
  assert.equal(voice.started, ['p1', 'p2', 'a', 'p3']);
});

test('M7 a speaker that fails is tried again, and what was never heard is never recorded as told', async () => {
  const mended = startVoice({ fails: (_, attempt) => attempt < 3 });
  mended.send(announce(result('a')));
  await pass(mended.clock, 20_000);
  assert.equal(mended.told, ['a']);
  const broken = startVoice({ fails: (job) => job === 'a' });
  broken.send(announce(result('a'), result('b')));
  await pass(broken.clock, 60_000);
  assert.is(broken.started.filter((job) => job === 'a').length, 4);
  assert.equal(broken.told, ['b']);
  assert.is(broken.heard.find(({ type }) => type === 'speaker.failed')?.['job'], 'a');
});

test('the replay key says the newest result again and journals nothing', async () => {
  const voice = startVoice();
  voice.send(announce(result('a'), result('b')));
  await pass(voice.clock, 10_000);
  voice.send({ type: 'replay', index: 0 });
  voice.send({ type: 'replay', index: 0 });
  await pass(voice.clock, 10_000);
  assert.equal(voice.started, ['a', 'b', 'replay-1', 'replay-2']);
  assert.equal(voice.told, ['a', 'b']);
  const { history } = voice.context() as { history: Announcement[] };
  assert.equal(
    history.map(({ job }) => job),
    ['b', 'a'],
  );
});

test('the replay key pressed again soon walks back through the results, and after a rest starts anew', async () => {
  const voice = startVoice();
  voice.send(announce(result('a'), result('b')));
  await pass(voice.clock, 10_000);
  const replayed = (): unknown[] =>
    (voice.context() as { queue: Announcement[] }).queue.map(({ sentence }) => sentence.text);
  const texts = (voice.context() as { history: Announcement[] }).history.map(({ sentence }) => sentence.text);
  for (let press = 0; press < 3; press += 1) voice.send({ type: 'replay', index: 0 });
  assert.equal(replayed(), [texts[0], texts[1], texts[0]]);
  await pass(voice.clock, 10_000);
  voice.send({ type: 'replay', index: 0 });
  assert.equal(replayed(), [texts[0]]);
});

test.run();
