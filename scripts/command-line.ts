import { parseArgs, type ParseArgsConfig } from 'node:util';

/** Ends the tool for words that cannot be understood: what was wrong, how it is meant, exit code 2. */
export function refuse(usage: string, problem: string): never {
  process.stderr.write(`${problem}\n\n${usage}`);
  process.exit(2);
}

/**
 * The options of a developer's tool. With `--help` it prints the usage and ends with 0; for options that cannot be understood
 * it says which, prints the usage and ends with 2.
 */
export function commandLine<Config extends ParseArgsConfig>(usage: string, config: Config) {
  const words = process.argv.slice(2);
  if (words.includes('--help') || words.includes('-h')) {
    process.stdout.write(usage);
    process.exit(0);
  }
  try {
    return parseArgs(config);
  } catch (error) {
    return refuse(usage, error instanceof Error ? error.message : String(error));
  }
}

/** A whole number from an option's text, at least `least`. */
export function wholeNumber(usage: string, option: string, text: string, least = 1): number {
  const value = Number(text);
  if (/^\d{1,12}$/.test(text) && value >= least) return value;
  return refuse(usage, `${option} must be a whole number, at least ${least}, not "${text}"`);
}
