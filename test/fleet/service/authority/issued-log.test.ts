import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { IssuedLog, type IssuedCertificate } from '../../../../fleet/service/authority/issued-log.ts';

interface World {
  folder: string;
}

const log = suite<World>('fleet/service/authority/issued-log');

log.before.each((world) => {
  world.folder = mkdtempSync(join(tmpdir(), 'till-issued-'));
});
log.after.each(({ folder }) => rmSync(folder, { recursive: true, force: true }));

const issued = (serial: string): IssuedCertificate => {
  return { serial, name: `till-${serial}`, kind: 'terminal', issuedMs: 1, untilMs: 2, revokedMs: null };
};

log('what was given out and taken back is read by another process, oldest first', ({ folder }) => {
  const one = new IssuedLog(folder);
  for (const serial of ['01', '02', '03']) one.add(issued(serial));
  one.revoked(['02'], 77);
  one.revoked(['02'], 99);
  assert.equal(
    new IssuedLog(folder).read().map(({ serial, revokedMs }) => [serial, revokedMs]),
    [
      ['01', null],
      ['02', 77],
      ['03', null],
    ],
  );
});

log('one more terminal writes one more line, however many there are', ({ folder }) => {
  const one = new IssuedLog(folder);
  const size = (): number => statSync(join(folder, 'issued.jsonl')).size;
  one.add(issued('01'));
  const first = size();
  for (let i = 10; i < 60; i++) one.add(issued(String(i)));
  const before = size();
  one.add(issued('99'));
  assert.is(size() - before, first);
});

log('a line that a power cut tore harms neither its neighbours nor the next one', ({ folder }) => {
  new IssuedLog(folder).add(issued('01'));
  appendFileSync(join(folder, 'issued.jsonl'), '{"serial":"02","na');
  new IssuedLog(folder).add(issued('03'));
  assert.equal(
    new IssuedLog(folder).read().map(({ serial }) => serial),
    ['01', '03'],
  );
});

log('the list of an earlier version counts, and can be revoked from', ({ folder }) => {
  writeFileSync(join(folder, 'issued.json'), JSON.stringify([issued('01'), issued('02')]));
  const one = new IssuedLog(folder);
  one.revoked(['01'], 5);
  assert.equal(
    one.read().map(({ serial, revokedMs }) => [serial, revokedMs]),
    [
      ['01', 5],
      ['02', null],
    ],
  );
});

log('a file that is something else is an error that names it', ({ folder }) => {
  writeFileSync(join(folder, 'issued.jsonl'), '{"shopping":"list"}\n');
  assert.throws(() => new IssuedLog(folder).read(), /issued\.jsonl is not the log of certificates/);
});

log.run();
