import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CommandIo } from '../../../bin/command.ts';
import { demoCommand } from '../../../bin/commands/demo.ts';

interface World {
  folder: string;
}

const demo = suite<World>('bin/commands/demo');

function openIo(signal: AbortSignal): CommandIo & { readonly stdout: PassThrough; readonly stderr: PassThrough } {
  return { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough(), env: {}, signal };
}

const readAll = (stream: PassThrough): string => String(stream.read() ?? '');

demo.before.each((world) => {
  world.folder = mkdtempSync(join(tmpdir(), 'till-demo-'));
});

demo.after.each(({ folder }) => rmSync(folder, { recursive: true, force: true }));

demo('names the option that it cannot understand', async () => {
  for (const [argv, words] of [
    [['--port', '70000'], /--port must be a whole number/],
    [['--gateway-port', '-1'], /--gateway-port/],
    [['--control-port', 'x'], /--control-port/],
    [['--fleet-port', '1.5'], /--fleet-port/],
    [['--locale', 'fr'], /zh-CN, en/],
    [['--colour'], /--colour/],
  ] as const) {
    const io = openIo(AbortSignal.abort());
    assert.is(await demoCommand.run([...argv], io), 2);
    assert.match(readAll(io.stderr), words);
  }
});

demo('a folder with other people’s files is neither used nor emptied', async ({ folder }) => {
  mkdirSync(join(folder, 'gateway'));
  writeFileSync(join(folder, 'gateway', 'precious'), 'do not touch');
  for (const more of [[], ['--reset']]) {
    const io = openIo(AbortSignal.abort());
    assert.is(await demoCommand.run(['--data', folder, ...more], io), 1);
    assert.match(readAll(io.stderr), /holds files that no demo made; give another folder with --data/);
  }
  assert.ok(existsSync(join(folder, 'gateway', 'precious')));
});

demo('will not start while the checking of certificates is switched off', async ({ folder }) => {
  const io = { ...openIo(AbortSignal.abort()), env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } };
  assert.is(await demoCommand.run(['--data', folder], io), 1);
  assert.match(readAll(io.stderr), /NODE_TLS_REJECT_UNAUTHORIZED/);
});

demo('a busy port that was asked for is an error that names the way out', async ({ folder }) => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const address = taken.address();
  const port = typeof address === 'object' && address !== null ? String(address.port) : '';
  for (const [option, others] of [
    ['--port', ['--gateway-port', '0', '--control-port', '0']],
    ['--control-port', ['--gateway-port', '0', '--port', '0']],
    ['--gateway-port', ['--control-port', '0', '--port', '0']],
  ] as const) {
    const io = openIo(AbortSignal.abort());
    assert.is(await demoCommand.run(['--data', folder, '--no-fleet', option, port, ...others], io), 1);
    const words = readAll(io.stderr);
    assert.ok(words.includes(port), words);
    assert.match(words, /port/);
  }
  await new Promise((resolve) => taken.close(resolve));
});

demo('a busy port that nobody asked for gives way to a free one, which is named', async ({ folder }) => {
  const usual = await Promise.all([8080, 8480, 8443, 8640].map(occupied));
  const stop = new AbortController();
  const io = openIo(stop.signal);
  const running = demoCommand.run(['--data', folder], io);
  const words = await new Promise<string>((resolve) =>
    io.stdout.once('data', (chunk: Buffer) => resolve(String(chunk))),
  );
  for (const port of [8080, 8480, 8443, 8640]) assert.match(words, new RegExp(`port ${port} is in use, took another`));
  assert.match(words, /the demo is ready/);
  assert.ok(words.includes(folder), 'it names its data folder');
  stop.abort();
  assert.is(await running, 0);
  await Promise.all(usual.map((close) => close()));
});

/** Sees to it that somebody has the port, whoever it is. */
async function occupied(port: number): Promise<() => Promise<void>> {
  const server = createServer();
  const isOurs = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  return () => new Promise((resolve) => (isOurs ? server.close(() => resolve()) : resolve()));
}

demo.run();
