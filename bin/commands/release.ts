import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { compareVersions } from '../../actors/upgrade/release-facts.ts';
import { draftGrant, publishGrant, signGrant } from '../../deploy/release/grants.ts';
import { createKeys, readKeys } from '../../deploy/release/key-folder.ts';
import { formatOf, installFirst, publishedRelease, replaceKey } from '../../deploy/release/release-tasks.ts';
import { ReleaseRepository, type DraftRole, type ReleaseRole } from '../../deploy/release/repository.ts';
import { readPublicKey, SigningKey, type PublicKey } from '../../deploy/release/signing-key.ts';
import { SystemClock } from '../../hal/clock/system-clock.ts';
import type { Command, CommandIo } from '../command.ts';
import { buildTask } from './release-build.ts';
import { need, readOptions, Usage, type ReleaseOptions } from './release-options.ts';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

const HELP = `Usage: till release TASK --repo DIR [options]

Releases that terminals install by themselves: a TUF repository in a folder that any HTTPS server with ranges hands out.

Tasks:
  init --keys DIR             begins a repository and makes its keys: root-1..3 (two of them sign), targets-1..2 (both
                              sign), snapshot-1, timestamp-1. Give root and targets keys to different people, off-line.
  build --from DIR --version V [--rollback-index N] [--hw A,B] [--min-from V] [--notes FILE] [--patch-from V,…|all]
                              packs a bundle (npm run bundle) and puts it into the draft, with a patch from each of
                              the published releases that --patch-from names
  build --image FILE --cert FILE --key FILE [--compatible NAME] --version V [the same without --patch-from]
                              makes a RAUC bundle (verity, signed with --key) of the image of a system and puts it into
                              the draft, for boxes whose upgrade.installer is rauc; NAME stands in their system.conf
                              and is the model of --hw when that names one
  build --bundle FILE --version V [the same]
                              the same with a bundle that somebody else made; it must be a verity bundle
  sign --key FILE             adds the signature of a key to every draft that its role signs
  bytes --role R --out FILE   what a token signs of the draft of root or targets
  attach --role R --keyid ID --sig HEX
                              adds a signature that a token made
  publish --keys DIR          publishes drafts that enough keys have signed, and renews snapshot and timestamp with the
                              on-line keys of the folder; without a draft it only renews: run it every day
  inspect                     roles, versions, ends, signatures and releases
  rotate --role R --old ID --new FILE
                              a draft of the next root in which the key of FILE (made when missing; the public half is
                              enough) replaces a key
  grant --kind offline|rollback --version V [--format raucb] [--from V] [--hw A,B] [--days N]
                              drafts a leave for boxes that run --from: to install this release from a stick though the
                              metadata has run out, or to go back to it; both targets keys sign it
  install --folder DIR [--version V]
                              the first release of a box: into slot a of the launcher's folder

Exit codes: 0 done, 1 when it cannot be done, 2 for options that cannot be understood.
`;

/** Does the task and says what was done. */
type Task = (repository: ReleaseRepository, options: ReleaseOptions) => string;

const TASKS: Readonly<Record<string, Task>> = {
  init(repository, options) {
    const folder = resolve(need(options, 'keys'));
    repository.begin(createKeys(folder));
    const keys = readKeys(folder);
    for (const key of keys) repository.sign(key);
    repository.publish(keys);
    return `begun; the keys are in ${folder}, and ${repository.rootFile()} goes onto every box as upgrade.rootFile`;
  },
  build: buildTask,
  sign(repository, options) {
    const key = SigningKey.read(need(options, 'key'));
    const grant = signGrant(resolve(need(options, 'repo')), key) ? ['grant'] : [];
    const roles = [...repository.sign(key), ...grant];
    if (roles.length === 0) throw new Error('there is no draft that this key signs');
    return `signed: ${roles.join(', ')}`;
  },
  bytes(repository, options) {
    const out = resolve(need(options, 'out'));
    const bytes = repository.signingBytes(draftRole(options.role));
    writeFileSync(out, bytes);
    return `${bytes.length} bytes to be signed are in ${out}`;
  },
  attach(repository, options) {
    const [keyid, sig] = [need(options, 'keyid'), need(options, 'sig')];
    if (!/^[0-9a-f]{128}$/.test(sig)) throw new Usage('--sig must be 128 hexadecimal digits');
    repository.attach(draftRole(options.role), { keyid, sig });
    return 'attached; publish says whether it is right';
  },
  publish(repository, options) {
    repository.publish(readKeys(resolve(need(options, 'keys'))));
    publishGrant(resolve(need(options, 'repo')));
    return inspected(repository);
  },
  grant(repository, options) {
    const kind = (['offline', 'rollback'] as const).find((name) => name === options.kind);
    if (kind === undefined) throw new Usage('--kind must be offline or rollback');
    if (!/^[1-9]\d{0,2}$/.test(options.days)) throw new Usage('--days must be a whole number from 1 to 999');
    const version = need(options, 'version');
    const release = publishedRelease(repository, version, releaseFormat(options.format));
    if (release === undefined) throw new Error(`there is no published release ${version}`);
    const from = options.from ?? null;
    const words = {
      kind,
      from,
      hw: options.hw.split(','),
      days: Number(options.days),
      nowMs: new SystemClock().wallMs(),
    };
    draftGrant(resolve(need(options, 'repo')), release, words);
    return `a grant for ${version} is in the draft; now sign it with both targets keys, and publish`;
  },
  inspect: (repository) => inspected(repository),
  rotate(repository, options) {
    const role = (['root', 'targets', 'snapshot', 'timestamp'] as const).find((name) => name === options.role);
    if (role === undefined) throw new Usage('--role must be root, targets, snapshot or timestamp');
    repository.rotate(replaceKey(repository.roleKeys(), role, need(options, 'old'), freshKey(need(options, 'new'))));
    return 'the next root is in the draft; now sign it with two of the root keys (and two of the new ones, if they change)';
  },
  install(repository, options) {
    const published = repository.releases().filter(({ facts }) => formatOf(facts) === 'files');
    const newest = published.toSorted((one, other) => {
      return compareVersions(other.facts.version, one.facts.version);
    });
    const release = newest.find(({ facts }) => options.version === undefined || facts.version === options.version);
    if (release === undefined) throw new Error('there is no such release in the repository');
    installFirst(repository, resolve(need(options, 'folder')), release);
    return `${release.facts.version} is in slot a of ${resolve(need(options, 'folder'))}`;
  },
};

function freshKey(file: string): PublicKey {
  try {
    return readPublicKey(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return SigningKey.create(file).publicKey;
    throw error;
  }
}

function releaseFormat(word: string): 'files' | 'raucb' {
  if (word === 'files' || word === 'raucb') return word;
  throw new Usage('--format must be files or raucb');
}

function draftRole(role: string | undefined): DraftRole {
  if (role === 'root' || role === 'targets') return role;
  throw new Usage('--role must be root or targets');
}

function inspected(repository: ReleaseRepository): string {
  const name = (role: ReleaseRole, draft: boolean): string => (draft ? `${role} (draft)` : role).padEnd(16);
  const roles = repository.inspect().map(({ role, draft, version, expires, keyids }) => {
    return `${name(role, draft)} ${version}  until ${expires}  signed by ${keyids.map((id) => id.slice(0, 16)).join(', ')}`;
  });
  const releases = repository.releases().map(({ length, sha256, facts }) => {
    const patches = Object.keys(facts.delta).length;
    const notes = facts.notes === '' ? '' : `\n  ${facts.notes.trim().replaceAll('\n', '\n  ')}`;
    const form = formatOf(facts) === 'raucb' ? '  RAUC bundle' : '';
    return `${facts.version}${form}  index ${facts.rollbackIndex}  for ${facts.hw.join(',')}  ${length} bytes  ${patches} patches  ${sha256}${notes}`;
  });
  return [...roles, ...(releases.length === 0 ? ['no releases'] : releases)].join('\n');
}

function run(argv: string[], io: CommandIo): Promise<number> {
  try {
    const { values, positionals } = readOptions(argv);
    const [word = ''] = positionals;
    const task = Object.hasOwn(TASKS, word) ? TASKS[word] : undefined;
    if (task === undefined || positionals.length !== 1)
      throw new Usage(`a task is one of ${Object.keys(TASKS).join(', ')}`);
    const clock = new SystemClock();
    const repository = new ReleaseRepository({ folder: resolve(need(values, 'repo')), nowMs: () => clock.wallMs() });
    io.stdout.write(`${task(repository, values)}\n`);
    return Promise.resolve(0);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const isUsage = error instanceof Usage || (error instanceof TypeError && 'code' in error);
    io.stderr.write(`till release: ${message}${isUsage ? ' (till release --help tells more)' : ''}\n`);
    return Promise.resolve(isUsage ? EXIT_USAGE : EXIT_FAILED);
  }
}

/** `till release`: the vendor's side of upgrades. */
export const releaseCommand: Command = {
  name: 'release',
  summary: 'makes, signs and publishes releases, and installs the first one',
  help: HELP,
  run,
};
