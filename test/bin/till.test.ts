import { Readable, Writable } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Command } from '../../bin/command.ts';
import { dispatch } from '../../bin/till.ts';

const till = suite('bin/till');

const ring: Command = {
  name: 'ring',
  summary: 'rings the bell',
  help: 'Usage: till ring [times]',
  run: (argv, io) => {
    io.stdout.write(`ring ${argv.join(' ')}`);
    return Promise.resolve(3);
  },
};

async function call(...argv: string[]): Promise<{ exit: number; out: string; err: string }> {
  const written = { out: '', err: '' };
  const into = (key: 'out' | 'err'): Writable =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        written[key] += chunk.toString();
        done();
      },
    });
  const io = { stdin: Readable.from([]), stdout: into('out'), stderr: into('err'), env: {} };
  const commands = { ring: { summary: ring.summary, load: () => Promise.resolve(ring) } };
  const exit = await dispatch(argv, { ...io, signal: new AbortController().signal }, commands);
  return { exit, ...written };
}

till('a command gets its own arguments and its exit code is the exit code', async () => {
  assert.equal(await call('ring', '2', '--loud'), { exit: 3, out: 'ring 2 --loud', err: '' });
});

till('an unknown command is one line that names the known ones', async () => {
  const { exit, out, err } = await call('sing');
  assert.is(exit, 2);
  assert.is(out, '');
  assert.is(err, 'till: unknown command "sing"; there is ring (till --help tells more)\n');
});

till('a property every object has is no command', async () => {
  assert.is((await call('constructor')).exit, 2);
});

till('no command at all is a mistake, asking for help is not', async () => {
  assert.is((await call()).exit, 2);
  const { exit, out } = await call('--help');
  assert.is(exit, 0);
  assert.match(out, /ring {2}rings the bell/);
});

till('help of a command comes three ways and runs nothing', async () => {
  for (const argv of [
    ['ring', '--help'],
    ['ring', '-h'],
    ['help', 'ring'],
  ]) {
    assert.equal(await call(...argv), { exit: 0, out: 'Usage: till ring [times]\n', err: '' });
  }
});

till('the version is the one of package.json', async () => {
  assert.match((await call('--version')).out, /^\d+\.\d+\.\d+\n$/);
});

till.run();
