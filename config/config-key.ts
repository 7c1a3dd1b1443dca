import * as v from 'valibot';
import { terminalConfigSchema } from './terminal-config.ts';

/** One key of the configuration file, as the schema describes it. */
export interface ConfigKey {
  /** Dotted path, e.g. `payment.windowMs`. */
  readonly path: string;
  /** The environment variable that overrides it, e.g. `TILL_PAYMENT_WINDOW_MS`. */
  readonly variable: string;
  readonly kind: 'number' | 'string' | 'array';
  readonly nullable: boolean;
  readonly required: boolean;
  readonly fallback: unknown;
  readonly description: string;
  /** `1–65535`, or the choices; '' when the description says it all. */
  readonly range: string;
}

type Schema = v.GenericSchema;

/** Every key, in the order of the schema. */
export const CONFIG_KEYS: readonly ConfigKey[] = keysOf(terminalConfigSchema, []);

/** `gateway.caFile` → `TILL_GATEWAY_CA_FILE`. */
export function variableOf(path: string): string {
  const words = path.split('.').map((part) => part.replace(/([a-z0-9])([A-Z])/g, '$1_$2'));
  return `TILL_${words.join('_').toUpperCase()}`;
}

function keysOf(schema: Schema, path: readonly string[]): ConfigKey[] {
  const { inner } = unwrapped(schema);
  if (isObject(inner)) return Object.entries(inner.entries).flatMap(([key, entry]) => keysOf(entry, [...path, key]));
  return [keyOf(schema, path.join('.'))];
}

function keyOf(schema: Schema, path: string): ConfigKey {
  const { inner, required, nullable, fallback } = unwrapped(schema);
  const kind = inner.type === 'number' ? 'number' : inner.type === 'array' ? 'array' : 'string';
  const steps = partsOf(inner);
  const description = steps.find((part) => part.type === 'description')?.['description'];
  const bound = (type: string): unknown => steps.find((part) => part.type === type)?.['requirement'];
  const choices = steps[0]?.['options'];
  let range = '';
  if (kind === 'number') range = `${String(bound('min_value'))}–${String(bound('max_value'))}`;
  if (Array.isArray(choices)) range = choices.map(String).join(', ');
  return {
    path,
    variable: variableOf(path),
    kind,
    nullable,
    required,
    fallback,
    description: typeof description === 'string' ? description : '',
    range,
  };
}

function unwrapped(schema: Schema): { inner: Schema; required: boolean; nullable: boolean; fallback: unknown } {
  let inner = schema;
  let [required, nullable, fallback]: [boolean, boolean, unknown] = [true, false, undefined];
  while (isWrapper(inner)) {
    if (inner.type === 'optional') [required, fallback] = [false, inner.default];
    if (inner.type === 'nullable') nullable = true;
    inner = inner.wrapped;
  }
  return { inner, required, nullable, fallback };
}

type Part = { readonly type: string } & Readonly<Record<string, unknown>>;

/** The schema itself and, when it is a pipe, its checks and notes. */
function partsOf(schema: Schema): readonly Part[] {
  const parts: unknown = 'pipe' in schema ? schema.pipe : [schema];
  return parts as readonly Part[];
}

function isWrapper(schema: Schema): schema is Schema & { readonly wrapped: Schema; readonly default?: unknown } {
  return 'wrapped' in schema;
}

function isObject(schema: Schema): schema is Schema & { readonly entries: Readonly<Record<string, Schema>> } {
  return schema.type === 'object' && 'entries' in schema;
}
