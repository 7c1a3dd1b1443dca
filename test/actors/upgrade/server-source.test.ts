import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { downloadRelease } from '../../../actors/upgrade/release-download.ts';
import { ServerSource } from '../../../actors/upgrade/server-source.ts';
import { isWithin } from '../../../actors/upgrade/time-window.ts';
import { SystemClock } from '../../../hal/clock/system-clock.ts';
import { NodeDisk } from '../../../hal/disk/node-disk.ts';
import { openCertificates, type Certificates } from '../../../simulator/gateway/certificates.ts';
import { createHash } from 'node:crypto';
import { FileServer } from '../../support/file-server.ts';

interface World {
  folder: string;
  tls: Certificates;
  server: FileServer;
  source: ServerSource;
}

const test = suite<World>('actors/upgrade/server-source');

const CONTENT = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * 31) % 256));
const signal = new AbortController().signal;

test.before.each(async (world) => {
  world.folder = mkdtempSync(join(tmpdir(), 'till-source-'));
  const sha256 = createHash('sha256').update(CONTENT).digest('hex');
  mkdirSync(join(world.folder, 'targets'));
  writeFileSync(join(world.folder, `targets/${sha256}.r.zst`), CONTENT);
  world.tls = await openCertificates(join(world.folder, 'tls'), ['127.0.0.1'], Date.now());
  world.server = await FileServer.start(world.folder, world.tls.right);
  world.source = new ServerSource({ url: world.server.url, caPem: [readFileSync(world.tls.caFile, 'utf8')] });
});
test.after.each(async ({ folder, server, source }) => {
  await source.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const offer = () => {
  const sha256 = createHash('sha256').update(CONTENT).digest('hex');
  const facts = { version: '1.0.0', rollbackIndex: 0, hw: ['*'], format: 'files', minFrom: null, delta: {}, notes: '' };
  return { path: 'r.zst', length: CONTENT.length, sha256, facts, patch: null };
};

const download = ({ folder, source }: World) =>
  downloadRelease(
    {
      disk: new NodeDisk(),
      clock: new SystemClock(),
      folder: join(folder, 'download'),
      bytesPerSecond: null,
      onProgress: () => undefined,
    },
    offer(),
    source,
    signal,
  );

test('a line that breaks in the middle costs only what had not arrived', async (world) => {
  world.server.breakAfterBytes = 200_000;
  try {
    await download(world);
    assert.unreachable('it should have broken off');
  } catch (error) {
    assert.instance(error, Error);
  }
  world.server.breakAfterBytes = null;
  assert.equal(readFileSync(await download(world)), CONTENT);
  const [first, second] = world.server.requests;
  assert.is(first?.from, 0);
  assert.ok((second?.from ?? 0) > 0, `went on from ${second?.from ?? 0}`);
});

test('a server that is not who it says it is, or has no such file, is told in words', async ({
  server,
  tls,
  source,
}) => {
  const stranger = new ServerSource({ url: server.url, caPem: [tls.untrusted.cert] });
  try {
    await stranger.read('x', 10, signal);
    assert.unreachable('it should not have been believed');
  } catch (error) {
    assert.match(
      error instanceof Error && 'code' in error ? String(error.code) : '',
      /VERIFY|UNABLE|SELF_SIGNED|SIGNATURE/,
    );
  } finally {
    await stranger.close();
  }
  try {
    await source.read('nothing.json', 10, signal);
    assert.unreachable('there is nothing');
  } catch (error) {
    assert.match(error instanceof Error ? error.message : '', /nothing.json answered 404/);
  }
});

test('a window over midnight holds before and after it', () => {
  const at = (hours: number): number => hours * 3_600_000;
  const night = { from: 22 * 60, to: 5 * 60 };
  assert.ok(isWithin(night, at(23), 0));
  assert.ok(isWithin(night, at(4), 0));
  assert.not.ok(isWithin(night, at(5), 0));
  assert.ok(isWithin(night, at(15), 480), 'in shop time');
  assert.ok(isWithin({ from: 60, to: 120 }, at(1), 0));
  assert.not.ok(isWithin({ from: 60, to: 120 }, at(2), 0));
  assert.ok(isWithin(null, at(12), 0));
});

test.run();
