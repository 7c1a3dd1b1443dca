import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CommandIo } from '../../../bin/command.ts';
import { gatewayCommand } from '../../../bin/commands/gateway.ts';

const gateway = suite('bin/commands/gateway');

function openIo(signal: AbortSignal): CommandIo & { readonly stdout: PassThrough; readonly stderr: PassThrough } {
  return { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough(), env: {}, signal };
}

const readAll = (stream: PassThrough): string => String(stream.read() ?? '');

gateway('names the option that it cannot understand', async () => {
  for (const [argv, words] of [
    [['--port', '70000'], /--port/],
    [['--control-port', 'x'], /--control-port/],
    [['--profile', 'new'], /mixed, since2018, until2018/],
    [['--colour'], /--colour/],
  ] as const) {
    const io = openIo(AbortSignal.abort());
    assert.is(await gatewayCommand.run([...argv], io), 2);
    assert.match(readAll(io.stderr), words);
  }
});

gateway('says as JSON where everything is, serves, and stops in order', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'till-gateway-'));
  const stop = new AbortController();
  const io = openIo(stop.signal);
  const running = gatewayCommand.run(['--port', '0', '--control-port', '0', '--data', folder, '--json'], io);
  const line = await new Promise<string>((resolve) =>
    io.stdout.once('data', (chunk: Buffer) => resolve(String(chunk))),
  );
  const told = JSON.parse(line) as { domains: string[]; caFile: string; controlUrl: string };
  assert.is(told.domains.length, 4);
  assert.is((await fetch(`${told.controlUrl}/book`)).status, 200);
  stop.abort();
  assert.is(await running, 0);
  rmSync(folder, { recursive: true });
});

gateway('a taken control port is one clear line and exit code 1', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'till-gateway-'));
  const stop = new AbortController();
  const io = openIo(stop.signal);
  const running = gatewayCommand.run(['--port', '0', '--control-port', '0', '--data', folder, '--json'], io);
  const line = await new Promise<string>((resolve) =>
    io.stdout.once('data', (chunk: Buffer) => resolve(String(chunk))),
  );
  const { port } = new URL((JSON.parse(line) as { controlUrl: string }).controlUrl);
  const second = openIo(AbortSignal.abort());
  assert.is(await gatewayCommand.run(['--port', '0', '--control-port', port, '--data', folder], second), 1);
  assert.match(readAll(second.stderr), /EADDRINUSE.*--control-port/s);
  stop.abort();
  await running;
  rmSync(folder, { recursive: true });
});

gateway.run();
