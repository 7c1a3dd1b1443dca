import { request } from 'node:http';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

import { isFailure } from '../../../../domain/failure.ts';
import type { Key, Screen } from '../../../../domain/screen.ts';
import type { Announcement } from '../../../../domain/sentence.ts';
import { VirtualClock } from '../../../../hal/clock/virtual-clock.ts';
import { estimateSpokenMs } from '../../../../hal/profiles/web/browser-speaker.ts';
import { createWebProfile, type WebProfile } from '../../../../hal/profiles/web/web-profile.ts';
import type { ServerMessage } from '../../../../hal/profiles/web/wire.ts';

const web = suite<{ profile: WebProfile; clock: VirtualClock; keys: Key[]; scans: string[] }>(
  'hal/profiles/web/web-profile',
);

const PAYING: Screen = { name: 'paying', lines: ['微信支付', '¥20.05'], order: '0100005200000018', amountFen: 2005 };
const SENTENCE: Announcement = {
  job: 'v1',
  sentence: { text: '微信支付收款成功，二十点零五元', clips: [] },
  order: '0100005200000018',
  refund: null,
};
const never = () => new AbortController().signal;

web.before.each(async (context) => {
  context.clock = new VirtualClock();
  context.profile = await createWebProfile({
    host: '127.0.0.1',
    port: 0,
    clock: context.clock,
    version: '1.2.3',
    drawer: async () => [{ label: { zh: '微信', en: 'WeChat' }, text: '134567890123456789', kind: 'wechat' }],
  });
  context.keys = [];
  context.scans = [];
  context.profile.devices.keypad.subscribe((key) => context.keys.push(key));
  context.profile.devices.scanner.subscribe((text) => context.scans.push(text));
});

web.after.each(async ({ profile }) => {
  await profile.devices.close();
});

/** One request with exactly these headers, as no browser would let a page choose them. */
function send(
  url: string,
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string },
): Promise<{ status: number; text: string }> {
  const target = new URL(path, url);
  return new Promise((resolve, reject) => {
    const sending = request(
      target,
      { method: options.method ?? 'POST', headers: { 'content-type': 'application/json', ...options.headers } },
      (answer) => {
        let text = '';
        answer.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
      },
    );
    sending.on('error', reject);
    sending.end(options.body ?? '{"key":"1"}');
  });
}

/** A page that watches, as far as the wire is concerned. */
async function watch(url: string) {
  const ending = new AbortController();
  const answer = await fetch(new URL('/api/live', url), { signal: ending.signal });
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  const next = async (): Promise<ServerMessage> => {
    while (!rest.includes('\n\n')) {
      const { value, done } = await reader.read();
      if (done) throw new Error('the server ended the stream');
      rest += value;
    }
    const end = rest.indexOf('\n\n');
    const event = rest.slice(0, end);
    rest = rest.slice(end + 2);
    return JSON.parse(event.slice('data: '.length)) as ServerMessage;
  };
  return { next, leave: () => ending.abort() };
}

web('the page is served whole, with a policy that lets it load only itself', async ({ profile }) => {
  const answer = await fetch(profile.url);
  assert.is(answer.status, 200);
  assert.match(answer.headers.get('content-security-policy') ?? '', "default-src 'none'");
  assert.not.match(answer.headers.get('content-security-policy') ?? '', 'unsafe');
  assert.not.match(await answer.text(), /https?:\/\//);
  for (const path of ['/page.js', '/page.css']) assert.is((await fetch(new URL(path, profile.url))).status, 200);
});

web('a key of the page is a key of the terminal', async ({ profile, keys }) => {
  assert.is((await send(profile.url, '/api/key', { body: '{"key":"enter"}' })).status, 204);
  assert.equal(keys, ['enter']);
});

for (const [why, headers, status] of [
  ['a page of another site', { origin: 'https://evil.example' }, 403],
  ['a page of another port', { origin: 'http://127.0.0.1:1' }, 403],
  ['a page without an origin of its own', { origin: 'null' }, 403],
  ['a cross-site request without an origin', { 'sec-fetch-site': 'cross-site' }, 403],
  ['a foreign name that was re-pointed here', { host: 'evil.example', origin: 'http://evil.example' }, 421],
  ['a form', { 'content-type': 'text/plain' }, 415],
] as const) {
  web(`${why} cannot press a key`, async ({ profile, keys }) => {
    const answer = await send(profile.url, '/api/key', { headers });
    assert.is(answer.status, status);
    assert.equal(keys, []);
  });
}

web('a foreign name cannot read the screen either', async ({ profile }) => {
  assert.is(
    (await send(profile.url, '/api/view', { method: 'GET', headers: { host: 'evil.example' }, body: '' })).status,
    421,
  );
});

for (const [path, body, reason] of [
  ['key', '{"key":"f1"}', /"key" must be/],
  ['key', 'no json', /not JSON/],
  ['scan', '{"text":""}', /"text" is empty/],
  ['scan', `{"text":"${'9'.repeat(5000)}"}`, /at most 4096/],
  ['printer', '{"state":"on-fire"}', /"state" must be/],
  ['wifi', `{"do":"add","ssid":"${'门'.repeat(11)}","passphrase":"geheim-1"}`, /32 bytes/],
  ['spoken', '{"id":"1"}', /"id" must be/],
] as const) {
  web(
    `a malformed ${path} is refused by field and changes nothing: ${body.slice(0, 40)}`,
    async ({ profile, keys, scans }) => {
      const answer = await send(profile.url, `/api/${path}`, { body });
      assert.is(answer.status, 400);
      assert.match((JSON.parse(answer.text) as { message: string }).message, reason);
      assert.not.match(answer.text, 'geheim-1');
      assert.equal([...keys, ...scans], []);
      assert.is(profile.devices.printer.status(), 'ok');
    },
  );
}

web('a body without measure is refused', async ({ profile, scans }) => {
  const answer = await send(profile.url, '/api/scan', { body: `{"text":"${'9'.repeat(200_000)}"}` }).catch(() => ({
    status: 413,
    text: '',
  }));
  assert.is(answer.status, 413);
  assert.equal(scans, []);
});

web(
  'a page gets the whole view first, then what changes; the next page gets the whole view again',
  async ({ profile }) => {
    profile.devices.screen.show(PAYING);
    const first = await watch(profile.url);
    const hello = await first.next();
    assert.is(hello.is, 'hello');
    assert.equal(hello.is === 'hello' && hello.view.screen?.lines, PAYING.lines);
    assert.is(hello.is === 'hello' && hello.view.ready, false);
    profile.announceReady({ version: '1.2.3', configured: true, uptimeMs: 1 });
    assert.equal(await first.next(), { is: 'view', view: { ready: true } });
    const second = await watch(profile.url);
    const again = await second.next();
    assert.is(again.is === 'hello' && again.view.ready, true);
    assert.is.not(hello.is === 'hello' && hello.page, again.is === 'hello' && again.page);
    first.leave();
    second.leave();
  },
);

web(
  'the customer’s time goes on from paying to the password, and starts anew with the next order',
  async ({ profile, clock }) => {
    const age = async () =>
      ((await (await fetch(new URL('/api/view', profile.url))).json()) as { screen: { ageMs: number } }).screen.ageMs;
    profile.devices.screen.show(PAYING);
    clock.advance(7_000);
    profile.devices.screen.show({ ...PAYING, name: 'password' });
    assert.is(await age(), 7_000);
    profile.devices.screen.show({ ...PAYING, order: '0100005200000026' });
    assert.is(await age(), 0);
  },
);

web('with nobody listening a sentence takes its estimated time', async ({ profile, clock }) => {
  const estimateMs = estimateSpokenMs(SENTENCE.sentence.text);
  let over = false;
  const spoken = profile.devices.speaker.speak(SENTENCE, never()).then(() => (over = true));
  clock.advance(estimateMs - 1);
  await Promise.resolve();
  assert.is(over, false);
  clock.advance(1);
  await spoken;
  assert.ok(over);
});

web('a sentence is over when the page that has the sound says so', async ({ profile, clock }) => {
  const page = await watch(profile.url);
  const hello = await page.next();
  const spoken = profile.devices.speaker.speak(SENTENCE, never());
  const voice = await page.next();
  assert.is(voice.is, 'voice');
  if (voice.is !== 'voice' || hello.is !== 'hello') return;
  assert.is(voice.spoken.heardAt, hello.page);
  await send(profile.url, '/api/spoken', { body: JSON.stringify({ id: voice.spoken.id }) });
  await spoken;
  assert.ok(clock.pending <= 1, 'only the beat is left');
  page.leave();
});

web('a page that never answers does not hold up the next sentence', async ({ profile, clock }) => {
  const page = await watch(profile.url);
  await page.next();
  const spoken = profile.devices.speaker.speak(SENTENCE, never());
  clock.advance(60_000);
  await spoken;
  page.leave();
});

web('silencing a sentence hushes the pages', async ({ profile }) => {
  const page = await watch(profile.url);
  await page.next();
  const silence = new AbortController();
  const spoken = profile.devices.speaker.speak(SENTENCE, silence.signal).catch((reason: unknown) => reason);
  await page.next();
  silence.abort('more urgent');
  assert.is(await spoken, 'more urgent');
  assert.is((await page.next()).is, 'hush');
  page.leave();
});

web('the words of the last sale go with its screen', async ({ profile, clock }) => {
  const caption = async () =>
    ((await (await fetch(new URL('/api/view', profile.url))).json()) as { caption: string | null }).caption;
  profile.devices.screen.show({ ...PAYING, name: 'paid' });
  const spoken = profile.devices.speaker.speak(SENTENCE, never());
  assert.is(await caption(), SENTENCE.sentence.text);
  clock.advance(60_000);
  await spoken;
  assert.is(await caption(), SENTENCE.sentence.text);
  profile.devices.screen.show({ name: 'amount', lines: ['收款', '¥5'], order: null, amountFen: 500 });
  assert.is(await caption(), null);
});

web('a slip that came out can be looked at as a picture that runs no script', async ({ profile }) => {
  await profile.devices.printer.print(
    {
      id: 'slip-1',
      slip: {
        kind: 'payment',
        blocks: [{ is: 'amount', label: '金额', value: '20.05' }],
        orderBarcode: '0100005200000018',
      },
      order: null,
      refund: null,
    },
    never(),
  );
  const view = (await (await fetch(new URL('/api/view', profile.url))).json()) as {
    papers: { id: number; orderBarcode: string }[];
  };
  assert.equal(
    view.papers.map((paper) => paper.orderBarcode),
    ['0100005200000018'],
  );
  const picture = await fetch(new URL(`/api/paper/${view.papers[0]?.id}.svg`, profile.url));
  assert.is(picture.headers.get('content-type'), 'image/svg+xml');
  assert.match(picture.headers.get('content-security-policy') ?? '', 'sandbox');
  assert.match(await picture.text(), /^<svg|^<\?xml/);
  assert.is((await fetch(new URL('/api/paper/999.svg', profile.url))).status, 404);
});

web('the drawer gives every code with its picture, and the radio never gives a passphrase', async ({ profile }) => {
  const codes = (await (await fetch(new URL('/api/drawer', profile.url))).json()) as {
    text: string;
    picture: string;
  }[];
  assert.is(codes[0]?.text, '134567890123456789');
  assert.match(codes[0]?.picture ?? '', /^data:image\/svg\+xml/);
  await send(profile.url, '/api/wifi', { body: '{"do":"add","ssid":"shop","passphrase":"geheim-1"}' });
  const view = await (await fetch(new URL('/api/view', profile.url))).text();
  assert.match(view, '"ssid":"shop","open":false');
  assert.not.match(view, 'geheim-1');
});

web('a port that is taken is named, with what to do', async ({ profile, clock }) => {
  const port = Number(new URL(profile.url).port);
  const failure = await createWebProfile({ host: '127.0.0.1', port, clock, version: '1' }).catch(
    (error: unknown) => error,
  );
  assert.ok(isFailure(failure, 'screen.failed'));
  assert.match(String(failure), `port ${port} of 127.0.0.1 is in use`);
});

web('closing tells the pages that the terminal stopped', async ({ profile }) => {
  const page = await watch(profile.url);
  await page.next();
  const closed = profile.devices.close();
  assert.equal(await page.next(), { is: 'view', view: { stopped: true } });
  await closed;
});

web.run();
