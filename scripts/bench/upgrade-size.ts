import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildRelease } from '../../deploy/release/release-tasks.ts';
import { ReleaseWorkshop } from '../../test/support/release-workshop.ts';
import type { Figure } from './figure.ts';

const BUNDLER = fileURLToPath(new URL('../bundle.ts', import.meta.url));
const PROGRAM = 'till-terminal.cjs';
const BUDGET = 0.02;
/** Places in the program that the next release changes. */
const PLACES = 40;

const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(0)} KB`;

/** Code that has not been seen before, so that it cannot be packed into nothing. */
const changedCode = (at: number): string => {
  const name = createHash('sha256').update(String(at)).digest('hex');
  return `if(0){const d${at}=[].filter(one=>one.amountFen>${at}&&one.staffId!=="${name}").length;}`;
};

/** Where one statement of the minified program ends and another begins. */
const SEAM = '});var ';

/** The program after a release that changes the code in many places and nothing else: it runs as before. */
export function changedProgram(program: string): string {
  const parts = program.split(SEAM);
  const step = Math.max(1, Math.floor(parts.length / PLACES));
  return parts.reduce((text, part, at) => `${text}});${at % step === 1 ? changedCode(at) : ''}var ${part}`);
}

/** What a terminal downloads for a change of code alone, beside the full release. */
export function measureUpgrade(folder: string): Figure {
  const [before, after] = [join(folder, 'release-1'), join(folder, 'release-2')];
  const { status, stderr } = spawnSync(process.execPath, [BUNDLER, '--out', join(before, PROGRAM)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the device bundle could not be built: ${stderr}`);
  cpSync(before, after, { recursive: true });
  writeFileSync(join(after, PROGRAM), changedProgram(readFileSync(join(before, PROGRAM), 'utf8')));
  const workshopFolder = join(folder, 'workshop');
  mkdirSync(workshopFolder);
  const workshop = new ReleaseWorkshop(workshopFolder);
  const words = { rollbackIndex: 1, hw: ['*'], minFrom: null, notes: '' };
  buildRelease(workshop.repository, before, { ...words, version: '1.0.0' });
  workshop.signAll();
  workshop.publish();
  const { bytes, patches } = buildRelease(workshop.repository, after, { ...words, version: '1.0.1' }, ['1.0.0']);
  const patch = patches[0]?.bytes ?? Number.NaN;
  return {
    what: `upgrade, code changed in ${PLACES} places`,
    value: kilobytes(patch),
    compared: `the full release: ${kilobytes(bytes)}`,
    ratio: patch / bytes,
    budget: `≤ ${BUDGET * 100} %`,
    met: patch <= BUDGET * bytes,
  };
}
