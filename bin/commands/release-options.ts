import { parseArgs } from 'node:util';

const OPTIONS = {
  repo: { type: 'string' },
  keys: { type: 'string' },
  key: { type: 'string' },
  from: { type: 'string' },
  bundle: { type: 'string' },
  image: { type: 'string' },
  cert: { type: 'string' },
  compatible: { type: 'string' },
  format: { type: 'string', default: 'files' },
  version: { type: 'string' },
  'rollback-index': { type: 'string', default: '0' },
  hw: { type: 'string', default: '*' },
  'min-from': { type: 'string' },
  notes: { type: 'string' },
  'patch-from': { type: 'string' },
  role: { type: 'string' },
  old: { type: 'string' },
  new: { type: 'string' },
  folder: { type: 'string' },
  kind: { type: 'string' },
  out: { type: 'string' },
  keyid: { type: 'string' },
  sig: { type: 'string' },
  days: { type: 'string', default: '14' },
} as const;

/** The words of `till release`, as they were typed. */
export type ReleaseOptions = ReturnType<typeof readOptions>['values'];

/** @throws TypeError for an option that there is not */
export const readOptions = (argv: string[]) => parseArgs({ args: argv, options: OPTIONS, allowPositionals: true });

/** A task was called without what it needs. */
export class Usage extends Error {}

/** @throws Usage when the option is missing */
export function need(options: ReleaseOptions, name: keyof ReleaseOptions): string {
  const value = options[name];
  if (value === undefined) throw new Usage(`--${name} is required`);
  return value;
}
