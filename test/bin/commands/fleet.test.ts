import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CommandIo } from '../../../bin/command.ts';
import { fleetCommand } from '../../../bin/commands/fleet.ts';
import { hasPostgresql, startThrowawayPostgresql } from '../../support/throwaway-postgresql.ts';

const fleet = suite('bin/commands/fleet');
const folder = mkdtempSync(join(tmpdir(), 'till-fleet-'));

fleet.after(() => rmSync(folder, { recursive: true, force: true }));

function openIo(signal: AbortSignal): CommandIo & { readonly stdout: PassThrough; readonly stderr: PassThrough } {
  return { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough(), env: {}, signal };
}

const readAll = (stream: PassThrough): string => String(stream.read() ?? '');

async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const io = openIo(AbortSignal.abort());
  const code = await fleetCommand.run(argv, io);
  return { code, out: readAll(io.stdout), err: readAll(io.stderr) };
}

const firstLine = (stream: PassThrough): Promise<string> =>
  new Promise((resolve) => stream.once('data', (chunk: Buffer) => resolve(String(chunk))));

fleet('names what it cannot understand, with exit code 2', async () => {
  for (const [argv, words] of [
    [['dance'], /unknown subcommand "dance"/],
    [['--colour'], /--colour/],
    [['--mqtt-port', '70000'], /--mqtt-port/],
    [['--broker', 'ftp://x'], /--broker must be/],
    [['--broker', 'mqtts://x'], /--broker-ca/],
    [['--plain', '--mqtt-host', '0.0.0.0'], /loopback/],
    [['--worker'], /outside broker/],
    [['simulate', '--terminals', '0'], /--terminals/],
    [['simulate', '--server', 'x'], /--server/],
    [['ca', 'dance'], /init, enrol/],
    [['token', 'add', '--role', 'king'], /--role must be one of/],
    [['audit', 'verify', '--noted', 'x'], /NUMBER:HASH/],
    [['backup'], /FILE/],
    [['command', 'till-1', 'pay'], /terminal id and one of snapshot/],
    [['command', 'till-1', 'restart'], /--token-file/],
    [['command', 'till-1', 'volume', '--args', 'loud', '--token-file', 'x'], /--args must be a JSON object/],
    [['--oidc-client-id', 'x'], /--oidc-client-id needs --oidc-issuer/],
    [['--oidc-issuer', 'https://id.test'], /--oidc-issuer needs --oidc-client-id|--oidc-issuer needs --public-url/],
    [['--oidc-issuer', 'http://id.test', '--public-url', 'https://a.test'], /--oidc-issuer must be https/],
    [['--oidc-issuer', 'https://id.test', '--public-url', 'http://a.test'], /--public-url must be https/],
    [['--oidc-issuer', 'https://id.test', '--public-url', 'https://a.test', '--oidc-client-id', 'x'], /--oidc-role/],
    [
      [
        ...['--oidc-issuer', 'https://id.test', '--public-url', 'https://a.test', '--oidc-client-id', 'x'],
        ...['--oidc-role', 'king=louis'],
      ],
      /--oidc-role must be ROLE=VALUE/,
    ],
  ] as const) {
    const { code, err } = await run(...argv);
    assert.equal([code, words.test(err)], [2, true], `${argv.join(' ')}: ${err}`);
  }
  for (const name of ['serve', 'simulate', 'ca', 'token', 'audit', 'backup', 'restore']) {
    const { code, out } = await run(name, 'help');
    assert.equal([code, out.includes('till fleet')], [0, true]);
  }
});

fleet('makes a CA once, enrols, lists and revokes', async () => {
  const data = ['--data', folder];
  assert.is((await run('ca', 'enrol', 'till-1', ...data)).code, 1, 'no CA yet');
  assert.is((await run('ca', 'init', ...data)).code, 0);
  assert.is((await run('ca', 'init', ...data)).code, 1);
  const out = join(folder, 'out');
  const enrolled = await run('ca', 'enrol', 'till-1', ...data, '--out', out, '--json');
  const { serial } = JSON.parse(enrolled.out) as { serial: string };
  assert.is(statSync(join(out, 'till-1-key.pem')).mode & 0o777, 0o600);
  assert.is((await run('ca', 'server', 'broker.example', '10.0.0.1', ...data, '--out', out)).code, 0);
  assert.is((await run('ca', 'worker', 'w1', ...data, '--out', out)).code, 0);
  assert.ok(existsSync(join(out, 'fleet.w1.pem')));
  assert.match((await run('ca', 'revoke', serial, ...data)).out, 'till-1');
  assert.is((await run('ca', 'revoke', 'till-1', ...data)).code, 1, 'nothing is left to revoke');
  assert.match((await run('ca', 'list', ...data)).out, /till-1 {2}until .* revoked/);
});

const serverOrNull = hasPostgresql() ? startThrowawayPostgresql : null;

fleet('serves, is met by simulated terminals, and its operators’ tools work on its store', async () => {
  const server = serverOrNull === null ? null : await serverOrNull();
  const store = ['--data', folder, ...(server === null ? [] : ['--database', server.url])];
  const stop = new AbortController();
  const io = openIo(stop.signal);
  const running = fleetCommand.run([...store, '--mqtt-port', '0', '--http-port', '0', '--json'], io);
  const told = JSON.parse(await firstLine(io.stdout)) as { url: string; broker: string; adminToken: string };
  const simulated = openIo(stop.signal);
  const options = ['--server', told.broker, '--data', folder, '--terminals', '3', '--pause', '1'];
  const simulating = fleetCommand.run(['simulate', ...options], simulated);
  const headers = { authorization: `Bearer ${told.adminToken}` };
  for (let shown = 0; shown < 3;) {
    const answer = await fetch(`${told.url}/api/v1/terminals?presence=online`, { headers });
    shown = ((await answer.json()) as { terminals: object[] }).terminals.length;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  stop.abort();
  assert.equal(await Promise.all([running, simulating]), [0, 0]);
  const added = await run('token', 'add', '--name', 'night shift', '--role', 'support', ...store, '--json');
  const { id, token } = JSON.parse(added.out) as { id: string; token: string };
  assert.match(token, /^till_/);
  assert.match((await run('token', 'list', ...store)).out, 'night shift');
  assert.is((await run('token', 'revoke', id, ...store)).code, 0);
  assert.is((await run('token', 'revoke', id, ...store)).code, 1);
  const verified = await run('audit', 'verify', ...store);
  const [noted = ''] = /\d+:[0-9a-f]{64}/.exec(verified.out) ?? [];
  assert.is((await run('audit', 'verify', '--noted', noted, ...store)).code, 0);
  const file = join(folder, 'backup.gz');
  assert.is((await run('backup', file, ...store)).code, 0);
  assert.is((await run('restore', file, ...store)).code, 1, 'never over what is there');
  await server?.remove();
});

fleet.run();
