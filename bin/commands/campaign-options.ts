import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { formatOf } from '../../deploy/release/release-tasks.ts';
import { ReleaseRepository } from '../../deploy/release/repository.ts';
import { UsageProblem, wholeOption } from './fleet-options.ts';

/** The options of `till campaign` that make up a plan, for `parseArgs`. */
export const planOptions = {
  name: { type: 'string' },
  version: { type: 'string' },
  repo: { type: 'string' },
  target: { type: 'string' },
  sha256: { type: 'string' },
  format: { type: 'string' },
  plan: { type: 'string' },
  sw: { type: 'string' },
  hw: { type: 'string' },
  q: { type: 'string' },
  first: { type: 'string' },
  waves: { type: 'string' },
  soak: { type: 'string' },
  window: { type: 'string' },
  rate: { type: 'string' },
  'at-a-time': { type: 'string' },
  'late-joiners': { type: 'string' },
} as const;

/** The options as they were read. */
export type PlanValues = { readonly [Name in keyof typeof planOptions]?: string | undefined };

const UNITS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A span such as `90s`, `10m`, `2h` or `1d`, ms. @throws UsageProblem */
function spanOption(name: string, text: string): number {
  const match = /^(\d{1,6})([smhd])$/.exec(text);
  const unit = match?.[2] as keyof typeof UNITS | undefined;
  if (unit === undefined) throw new UsageProblem(`--${name} must be like 90s, 10m, 2h or 1d, not "${text}"`);
  return Number(match?.[1]) * UNITS[unit];
}

function wavesOption(text: string): object[] {
  return text.split(',').map((wave) => {
    const match = /^(\d{1,7}(?:\.\d{1,3})?)(%?)$/.exec(wave.trim());
    if (match === null) throw new UsageProblem(`--waves must be like 1,10%,100%, not "${text}"`);
    return match[2] === '%' ? { percent: Number(match[1]) } : { count: Number(match[1]) };
  });
}

function windowOption(text: string): { from: number; to: number } {
  const match = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  if (match === null) throw new UsageProblem(`--window must be like 02:00-05:00, not "${text}"`);
  const [from = 0, fromMinutes = 0, to = 0, toMinutes = 0] = match.slice(1).map(Number);
  return { from: from * 60 + fromMinutes, to: to * 60 + toMinutes };
}

/** The release that is meant: from a repository on this machine, or as the options name it. @throws UsageProblem, Error */
export function releaseOf(values: PlanValues): {
  target: string;
  version: string;
  sha256: string;
  bytes: number | null;
} {
  const { version, repo, target, sha256, format } = values;
  if (version === undefined) throw new UsageProblem('--version is required');
  if (repo === undefined) {
    if (sha256 === undefined) throw new UsageProblem('--repo DIR, or --sha256 HASH, says which release is meant');
    return { target: target ?? `till-${version}.zst`, version, sha256, bytes: null };
  }
  const repository = new ReleaseRepository({ folder: resolve(repo), nowMs: () => 0 });
  const named = repository.releases().filter(({ facts }) => facts.version === version);
  const found = named.find(({ facts }) => format === undefined || formatOf(facts) === format);
  if (format === undefined && named.length > 1)
    throw new UsageProblem('--format files or --format raucb: this version is published as both');
  if (found === undefined) throw new Error(`${repo} holds no published release ${version}`);
  return { target: found.path, version, sha256: found.sha256, bytes: found.length };
}

/** The plan: the file of `--plan` first, then what the options say. @throws UsageProblem, Error */
export function planOf(values: PlanValues, nowMs: number): Record<string, unknown> {
  const { target, bytes } = releaseOf(values);
  const file = values.plan === undefined ? {} : fileOf(values.plan);
  const { sw, hw, q, window, rate } = values;
  const filter = { ...(sw !== undefined && { sw }), ...(hw !== undefined && { hw }), ...(q !== undefined && { q }) };
  const atATime = values['at-a-time'];
  const late = values['late-joiners'];
  const terms = {
    ...(window !== undefined && { window: windowOption(window) }),
    ...(rate !== undefined && { bytesPerSecond: wholeOption('rate', rate, 1024, 1_000_000_000) }),
    ...(atATime !== undefined && { terminalsMax: wholeOption('at-a-time', atATime, 1, 1_000_000) }),
  };
  return {
    ...{ bytes, filter },
    ...file,
    target,
    ...(Object.keys(filter).length > 0 && { filter }),
    ...(values.first !== undefined && { first: values.first.split(',') }),
    ...(values.waves !== undefined && { waves: wavesOption(values.waves) }),
    ...(values.soak !== undefined && { soakMs: spanOption('soak', values.soak) }),
    ...(Object.keys(terms).length > 0 && { terms: { ...(file['terms'] as object | undefined), ...terms } }),
    ...(late !== undefined && { lateJoinersUntilMs: nowMs + spanOption('late-joiners', late) }),
  };
}

function fileOf(path: string): Record<string, unknown> {
  const read: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (typeof read !== 'object' || read === null || Array.isArray(read)) throw new Error(`${path} must hold an object`);
  return { ...read };
}
