import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DemoProcess } from '../../support/demo-process.ts';

const demo = suite('bin/commands/demo with its fleet');
const folder = mkdtempSync(join(tmpdir(), 'till-demo-fleet-'));

demo.after(() => rmSync(folder, { recursive: true, force: true }));

interface Listed {
  readonly tid: string;
  readonly online: boolean;
}

/** The terminals that the service sees on-line, as the sign-in link lets a visitor ask. */
async function onlineIn(signIn: string): Promise<string[]> {
  const { origin, hash } = new URL(signIn);
  const answer = await fetch(`${origin}/api/v1/terminals?limit=100`, {
    headers: { authorization: `Bearer ${hash.replace('#token=', '')}` },
  });
  assert.is(answer.status, 200);
  const { terminals } = (await answer.json()) as { readonly terminals: readonly Listed[] };
  return terminals.filter(({ online }) => online).map(({ tid }) => tid);
}

demo(
  'the demo’s terminal and fifty simulated ones are on-line in the console, and all of it ends with Ctrl-C',
  async () => {
    const process = new DemoProcess(join(folder, 'demo'), [], { fleet: true });
    try {
      const { console } = await process.ready();
      const { url, signIn } = await process.fleetReady();
      assert.is(url, console);
      assert.is((await fetch(`${url}api/v1/terminals`)).status, 401, 'nobody looks in without the link');
      let online: string[] = [];
      while (online.length < 51) online = await onlineIn(signIn);
      assert.ok(online.includes('TILL_DEMO_0001'));
      for (const file of ['token', 'terminal-key.pem', 'fleet.log']) {
        assert.is(statSync(join(folder, 'demo', 'fleet', file)).mode & 0o077, 0, `${file} is for its owner alone`);
      }
      process.signalGroup('SIGINT');
      assert.is(await process.exited(), 0);
      assert.not.ok(process.hasGroup(), 'nothing of it runs on');
    } finally {
      await process.stop();
    }
  },
);

demo('a demo that is killed takes its fleet along, and the next one on the folder comes up', async () => {
  const first = new DemoProcess(join(folder, 'demo'), [], { fleet: true });
  const { pid } = await first.ready();
  process.kill(pid, 'SIGKILL');
  await first.exited();
  const second = new DemoProcess(join(folder, 'demo'), [], { fleet: true });
  try {
    await second.ready();
    const { signIn } = await second.fleetReady();
    while (!(await onlineIn(signIn)).includes('TILL_DEMO_0001')) continue;
  } finally {
    assert.is(await second.stop(), 0);
  }
  assert.not.ok(first.hasGroup());
});

demo.run();
