import type { PackedFile } from '../../actors/upgrade/release-package.ts';
import { type ReleaseShelf, SECOND } from './upgrade-bench.ts';

const ENTRY = 'till-terminal.cjs';

/** What a vendor may do wrong, put before the real program: signed, downloaded and started like any other release. */
const FAULTS = {
  'does not start': `throw new Error('a release that does not start');`,
  'crashes after a while': `setTimeout(()=>process.exit(1),3000);`,
  'cannot read its journal': `{const fs=require('node:fs');const open=fs.openSync;fs.openSync=(path,...more)=>{
    if(String(path).includes('/journal/'))throw Object.assign(new Error('EIO: i/o error, open'),{code:'EIO'});
    return open(path,...more)}}`,
  'cannot reach the gateway': `{const tls=require('node:tls');const connect=tls.connect;tls.connect=(...more)=>{
    const socket=connect(...more);queueMicrotask(()=>socket.destroy(new Error('no way out')));return socket}}`,
  // Each flush of the journal holds the whole process up: intent and result of a payment are so much further apart.
  'pays slowly': `{const fs=require('node:fs');const wait=new Int32Array(new SharedArrayBuffer(4));
    for(const name of ['fsyncSync','fdatasyncSync']){const sync=fs[name];
    fs[name]=(...words)=>{Atomics.wait(wait,0,0,700);return sync(...words)}}}`,
} as const;

export type Fault = keyof typeof FAULTS;

/** The version under which a fault is published. */
export function versionOf(fault: Fault): string {
  return `1.2.${7002 + Object.keys(FAULTS).indexOf(fault)}`;
}

/** Publishes the second release again, with a fault. */
export function publishBroken(shelf: ReleaseShelf, fault: Fault): string {
  const version = versionOf(fault);
  const files: readonly PackedFile[] = shelf.filesOf(version).map((file) => {
    return file.path === ENTRY ? { path: ENTRY, bytes: Buffer.from(`${FAULTS[fault]}\n${textOf(file)}`) } : file;
  });
  if (!files.some((file) => file.path === ENTRY && textOf(file).includes(version))) {
    throw new Error(`${version} does not call itself so, like ${SECOND} does`);
  }
  shelf.workshop.release(version, { files });
  return version;
}

const textOf = ({ bytes }: PackedFile): string => Buffer.from(bytes).toString('utf8');
