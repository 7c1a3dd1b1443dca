import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isFailure } from '../../../domain/failure.ts';
import { lockFolder } from '../../../hal/disk/folder-lock.ts';

const lock = suite('hal/disk/folder-lock');
const folder = mkdtempSync(join(tmpdir(), 'till-lock-'));
lock.after(() => rmSync(folder, { recursive: true, force: true }));
lock.after.each(() => rmSync(join(folder, 'lock'), { force: true }));

function holder(changes: object): string {
  const held = lockFolder(folder);
  const found = JSON.parse(readFileSync(join(folder, 'lock'), 'utf8')) as object;
  held.release();
  return JSON.stringify({ ...found, ...changes });
}

lock('a second writer of the folder is refused, and after the release it is welcome', () => {
  const first = lockFolder(folder);
  assert.throws(
    () => lockFolder(folder),
    (error: unknown) => isFailure(error, 'storage.locked'),
  );
  first.release();
  first.release();
  lockFolder(folder).release();
  assert.equal(readdirSync(folder), []);
});

lock('the refusal names the other process', () => {
  const parent = process.ppid;
  const stat = readFileSync(`/proc/${parent}/stat`, 'utf8');
  const startedAt = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  writeFileSync(join(folder, 'lock'), holder({ pid: parent, startedAt }));
  assert.throws(() => lockFolder(folder), new RegExp(`process ${parent}`));
});

lock('the lock of a process that no longer lives is taken over', () => {
  for (const changes of [{ pid: 2 ** 22 + 1 }, { startedAt: '1' }, { machineBoot: 'another boot' }]) {
    writeFileSync(join(folder, 'lock'), holder(changes));
    lockFolder(folder).release();
  }
});

lock('a lock that a power cut left empty or torn is taken over', () => {
  for (const text of ['', '{"pid":', '[]', '{"pid":-1,"startedAt":"","machineBoot":""}']) {
    writeFileSync(join(folder, 'lock'), text);
    lockFolder(folder).release();
  }
});

lock.run();
