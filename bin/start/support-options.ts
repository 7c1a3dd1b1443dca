import { existsSync, readFileSync } from 'node:fs';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { Looked } from '../../actors/doctor/doctor-facts.ts';
import { type LoadedConfig, loadConfig } from '../../config/load-config.ts';
import type { CommandIo } from '../command.ts';

/** Where a box has them; the unit of its service names the same. */
const INSTALLED = { config: '/etc/till/till.json', data: '/var/lib/till' };
const OTHER_VARIABLES = ['TILL_CHROMIUM', 'TILL_SLOT', 'TILL_FOLDER'];

/** Exit code: understood, and not possible. */
export const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

/** What a command of support was asked for. */
export interface SupportCall<Values> {
  readonly values: Values;
  readonly dataDir: string;
  readonly loaded: Looked<LoadedConfig>;
}

const COMMON = {
  config: { type: 'string' },
  data: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

/** The words of `--help` that the commands share. */
export const SUPPORT_HELP = `  --data DIR     the terminal's data folder (default: of the configuration, ${INSTALLED.data} on a box)
  --config FILE  the terminal's configuration (default: ${INSTALLED.config} where there is one)
  --json         print one JSON document instead of text`;

/**
 * Reads the options and finds the terminal. A configuration that cannot be used is a finding, not an end: support is called for because
 * something is wrong.
 * @throws TypeError for options that cannot be understood
 */
export function readSupportCall<const Options extends NonNullable<ParseArgsConfig['options']>>(
  argv: string[],
  more: Options,
  io: CommandIo,
) {
  const options = { ...more, ...COMMON };
  const { values } = parseArgs({ args: argv, options });
  const common = values as { readonly config?: string; readonly data?: string; readonly json: boolean };
  const file = common.config ?? (existsSync(INSTALLED.config) ? INSTALLED.config : null);
  const loaded = load(file, common.data ?? null, io);
  const dataDir = common.data ?? dataDirOf(loaded, file);
  return { values: values as typeof values & { json: boolean }, dataDir, loaded };
}

function load(file: string | null, dataDir: string | null, io: CommandIo): Looked<LoadedConfig> {
  try {
    const where = { file, dataDir: dataDir ?? (file === INSTALLED.config ? INSTALLED.data : null) };
    return { ok: true, value: loadConfig({ ...where, environment: io.env, otherVariables: OTHER_VARIABLES }) };
  } catch (error) {
    const why = error instanceof Error ? error.message.replaceAll(/\s*\n\s*/g, ' ') : String(error);
    return { ok: false, why };
  }
}

/** A configuration with a mistake somewhere else may still name its folder. */
function dataDirOf(loaded: Looked<LoadedConfig>, file: string | null): string {
  if (loaded.ok) return loaded.value.config.dataDir;
  try {
    const tree: unknown = JSON.parse(readFileSync(file ?? '', 'utf8'));
    if (typeof tree === 'object' && tree !== null && 'dataDir' in tree && typeof tree.dataDir === 'string') {
      return tree.dataDir;
    }
  } catch {
    // The finding about the configuration says it.
  }
  return INSTALLED.data;
}

/** Runs a command of support; options that cannot be understood become words and exit code 2. */
export async function withSupportWords(
  name: string,
  io: CommandIo,
  work: () => number | Promise<number>,
): Promise<number> {
  try {
    return await work();
  } catch (error) {
    const isUsage = error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
    const message = error instanceof Error ? error.message : String(error);
    io.stderr.write(`till ${name}: ${message}${isUsage ? ` (till ${name} --help tells more)` : ''}\n`);
    return isUsage ? EXIT_USAGE : EXIT_FAILED;
  }
}
