import { CONFIG_KEYS } from './config-key.ts';

/** The manual's table of configuration keys as Markdown, made from the schema. */
export function configReference(): string {
  const rows = CONFIG_KEYS.map((key) => {
    const fallback = key.required ? '**required**' : key.fallback === null ? '–' : `\`${textOf(key.fallback)}\``;
    return `| \`${key.path}\` | ${key.kind} | ${fallback} | ${key.range} | \`${key.variable}\` | ${key.description.replaceAll('|', '\\|')} |`;
  });
  const head = ['| key | type | default | range | variable | meaning |', '| --- | --- | --- | --- | --- | --- |'];
  return `${[...head, ...rows].join('\n')}\n`;
}

function textOf(fallback: unknown): string {
  return Array.isArray(fallback) ? fallback.join(', ') : String(fallback);
}
