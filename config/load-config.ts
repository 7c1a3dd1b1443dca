import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import * as v from 'valibot';
import { TerminalFailure } from '../domain/failure.ts';
import { CONFIG_KEYS, type ConfigKey } from './config-key.ts';
import { fleetProblems, fleetWarnings, withAbsolutePaths } from './fleet-keys.ts';
import { type TerminalConfig, terminalConfigSchema } from './terminal-config.ts';
import { upgradeProblems, withAbsoluteUpgradePaths } from './upgrade-keys.ts';

const FILE_BYTES_MAX = 256 * 1024;
const CA_BYTES_MAX = 1024 * 1024;

/** Where a configuration comes from; the later source wins: defaults, file, environment, `--data`. */
export interface LoadOptions {
  /** The JSON file; null: defaults and environment alone. */
  readonly file: string | null;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** From `--data`: wins over file and environment. */
  readonly dataDir?: string | null;
  /** What relative paths start at; for people who type commands that is the working directory. */
  readonly workingDirectory?: string;
  /** `TILL_` variables that other parts read: no warning for them. */
  readonly otherVariables?: readonly string[];
}

/** A configuration that fits the schema, and what to tell whoever wrote it. */
export interface LoadedConfig {
  readonly config: TerminalConfig;
  /** For stderr: `TILL_` variables that map to no key, and a fleet that is reached without TLS. */
  readonly warnings: readonly string[];
}

type Tree = { [key: string]: unknown };

/**
 * The one reader of the configuration file and of the environment. Relative paths start at the working directory.
 * @throws TerminalFailure `configuration.invalid` whose message names every wrong and every unknown key, one a line
 */
export function loadConfig(options: LoadOptions): LoadedConfig {
  const tree = options.file === null ? {} : readTree(options.file);
  const problems = unknownKeys(tree);
  const { warnings, applied } = applyEnvironment(tree, options);
  if (typeof options.dataDir === 'string') tree['dataDir'] = options.dataDir;
  const result = v.safeParse(terminalConfigSchema, tree);
  if (!result.success) problems.push(...result.issues.map((issue) => problemOf(issue, applied)));
  const directory = options.workingDirectory ?? process.cwd();
  problems.push(...gatewayCaProblems(tree, directory));
  const fleet = result.success ? withAbsolutePaths(result.output.fleet, directory) : null;
  if (result.success && fleet !== null) problems.push(...fleetProblems(fleet, result.output.sn));
  if (result.success) problems.push(...upgradeProblems(result.output.upgrade));
  if (problems.length > 0 || !result.success || fleet === null) throw invalid(options.file, problems);
  const { gateway, dataDir, voice, ...rest } = result.output;
  warnings.push(...fleetWarnings(fleet));
  const config: TerminalConfig = {
    ...rest,
    fleet,
    upgrade: withAbsoluteUpgradePaths(rest.upgrade, directory),
    dataDir: resolve(directory, dataDir),
    gateway: { ...gateway, caFile: gateway.caFile === null ? null : resolve(directory, gateway.caFile) },
    voice: { clips: voice.clips === null ? null : resolve(directory, voice.clips) },
  };
  return { config, warnings };
}

/** Judged beside the schema, so that an unusable CA is named together with every wrong key. */
function gatewayCaProblems(tree: Tree, directory: string): string[] {
  const caFile = (tree['gateway'] as Tree | undefined)?.['caFile'];
  return typeof caFile === 'string' && caFile !== '' ? caProblems(resolve(directory, caFile)) : [];
}

function invalid(file: string | null, problems: readonly string[]): TerminalFailure {
  const lines = [...new Set(problems)].map((problem) => `  ${problem}`);
  const where = file === null ? 'the configuration' : `the configuration ${file}`;
  const count = lines.length === 1 ? '1 key' : `${lines.length} keys`;
  return new TerminalFailure(
    'configuration.invalid',
    `${where} is not usable, ${count} to correct:\n${lines.join('\n')}`,
  );
}

function readTree(file: string): Tree {
  const failure = (why: string, cause?: unknown): TerminalFailure =>
    new TerminalFailure('configuration.invalid', `the configuration ${file} ${why}`, { cause });
  let text: string;
  try {
    if (statSync(file).size > FILE_BYTES_MAX) throw failure(`is longer than ${FILE_BYTES_MAX} bytes`);
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    if (cause instanceof TerminalFailure) throw cause;
    throw failure(`cannot be read (${codeOf(cause)}): name a readable file with --config`, cause);
  }
  let tree: unknown;
  try {
    tree = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw failure(`is not JSON: ${cause instanceof Error ? cause.message : 'unreadable'}`, cause);
  }
  if (!isTree(tree)) throw failure('must be one JSON object');
  return tree;
}

function unknownKeys(tree: Tree): string[] {
  const known = CONFIG_KEYS.map((key) => key.path);
  const sections = new Set(known.filter((path) => path.includes('.')).map((path) => path.slice(0, path.indexOf('.'))));
  const problems: string[] = [];
  const judge = (path: string): void => {
    const near = nearest(path, [...known, ...sections]);
    problems.push(`${path}: unknown key${near === null ? '' : ` (did you mean ${near}?)`}`);
  };
  for (const [key, value] of Object.entries(tree)) {
    if (known.includes(key)) continue;
    if (!sections.has(key)) judge(key);
    else if (isTree(value))
      for (const inner of Object.keys(value)) if (!known.includes(`${key}.${inner}`)) judge(`${key}.${inner}`);
  }
  return problems;
}

/** Puts the variables into the tree; returns which variable set which path. */
function applyEnvironment(tree: Tree, options: LoadOptions): { warnings: string[]; applied: Map<string, string> } {
  const warnings: string[] = [];
  const applied = new Map<string, string>();
  for (const [name, text] of Object.entries(options.environment)) {
    if (!name.startsWith('TILL_') || text === undefined || options.otherVariables?.includes(name) === true) continue;
    const key = CONFIG_KEYS.find((candidate) => candidate.variable === name);
    if (key === undefined) {
      const near = nearest(
        name,
        CONFIG_KEYS.map((candidate) => candidate.variable),
      );
      warnings.push(
        `${name} maps to no configuration key and changes nothing${near === null ? '' : ` (did you mean ${near}?)`}`,
      );
      continue;
    }
    put(tree, key.path, valueOf(text, key));
    applied.set(key.path, name);
  }
  return { warnings, applied };
}

/** Text that is not of the key's kind stays text, so that the schema's own words say what is wrong. An empty one unsets an optional key. */
function valueOf(text: string, key: ConfigKey): unknown {
  if (text === '' && key.nullable) return null;
  if (key.kind === 'array')
    return text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  if (key.kind === 'number') return /^-?\d{1,16}(\.\d{1,16})?$/.test(text) ? Number(text) : text;
  return text;
}

function put(tree: Tree, path: string, value: unknown): void {
  const [first = '', second] = path.split('.');
  if (second === undefined) {
    tree[first] = value;
    return;
  }
  // A section that is no object in the file stays wrong, whatever the environment says.
  const inner = tree[first] ?? {};
  if (isTree(inner)) tree[first] = { ...inner, [second]: value };
}

function problemOf(issue: v.BaseIssue<unknown>, applied: ReadonlyMap<string, string>): string {
  const dotted = v.getDotPath(issue) ?? '';
  const key = CONFIG_KEYS.find(({ path }) => path === dotted || dotted.startsWith(`${path}.`));
  if (key === undefined) return `${dotted}: ${issue.message}`;
  const item = dotted === key.path ? '' : `[${dotted.slice(key.path.length + 1)}]`;
  const variable = applied.get(key.path);
  const source = variable === undefined ? '' : ` (from ${variable})`;
  return `${key.path}${item}${source}: ${wordsOf(issue, key)}`;
}

function wordsOf(issue: v.BaseIssue<unknown>, key: ConfigKey): string {
  if (issue.received !== 'undefined') return `${issue.message}, found ${issue.received.slice(0, 80)}`;
  return key.path === 'sn' ? 'is required: VENDOR_MODEL_serial' : 'is required';
}

function caProblems(file: string): string[] {
  try {
    if (statSync(file).size > CA_BYTES_MAX) return [`gateway.caFile: ${file} is longer than ${CA_BYTES_MAX} bytes`];
    const pem = readFileSync(file, 'latin1').includes('-----BEGIN CERTIFICATE-----');
    return pem ? [] : [`gateway.caFile: ${file} holds no PEM certificate`];
  } catch (error) {
    return [`gateway.caFile: ${file} cannot be read (${codeOf(error)})`];
  }
}

/** The candidate that is a slip of the finger away, or null. */
function nearest(text: string, candidates: readonly string[]): string | null {
  const last = (path: string): string => path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  let best: { candidate: string; steps: number } | null = null;
  for (const candidate of candidates) {
    const whole = distance(text.toLowerCase(), candidate.toLowerCase());
    const moved = last(text) === last(candidate) ? 1 : whole;
    const steps = Math.min(whole, moved);
    if (best === null || steps < best.steps) best = { candidate, steps };
  }
  return best !== null && best.steps <= Math.max(2, Math.floor(text.length / 5)) ? best.candidate : null;
}

/** Levenshtein's distance, on texts cut to 64 characters. */
function distance(one: string, other: string): number {
  const [left, right] = [one.slice(0, 64), other.slice(0, 64)];
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let at = 1; at <= left.length; at++) {
    const next = [at];
    for (let to = 1; to <= right.length; to++) {
      const replaced = (row[to - 1] ?? 0) + (left[at - 1] === right[to - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[to] ?? 0) + 1, (next[to - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
}
