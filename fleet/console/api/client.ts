import * as v from 'valibot';

/** The service refused, or could not be reached: its own words, for the reader. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Where the service's API begins. */
export const API_ROOT = '/api/v1';
const problemSchema = v.object({ error: v.object({ code: v.string(), message: v.string() }) });

/** How an operation is asked for; absent: a GET. */
export interface ApiCall {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly body?: object;
  readonly signal?: AbortSignal;
}

/** The query of an address; what is undefined or empty is left out. */
export function queryOf(parts: Readonly<Record<string, string | number | undefined>>): string {
  const kept = Object.entries(parts).flatMap(([name, value]): [string, string][] =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  );
  return kept.length === 0 ? '' : `?${new URLSearchParams(kept).toString()}`;
}

/**
 * Asks the fleet's API, with this browser's session.
 * @param path below `/api/v1`
 * @throws ApiFailure when it was refused, cannot be reached or answered what this console does not understand
 */
export async function callApi<Answer>(
  schema: v.GenericSchema<unknown, Answer>,
  path: string,
  { method = 'GET', body, signal }: ApiCall = {},
): Promise<Answer> {
  let answer: Response;
  try {
    answer = await fetch(`${API_ROOT}${path}`, {
      method,
      ...(signal !== undefined && { signal }),
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new ApiFailure(0, 'unreachable', '');
  }
  const value: unknown = await answer.json().catch(() => null);
  if (!answer.ok) throw refusal(answer.status, value);
  const read = v.safeParse(schema, value);
  if (read.success) return read.output;
  const where = read.issues.map((issue) => v.getDotPath(issue) ?? 'answer').slice(0, 5);
  throw new ApiFailure(answer.status, 'not-understood', where.join(', '));
}

function refusal(status: number, value: unknown): ApiFailure {
  const problem = v.safeParse(problemSchema, value);
  if (!problem.success) return new ApiFailure(status, 'refused', `HTTP ${status}`);
  return new ApiFailure(status, problem.output.error.code, problem.output.error.message);
}

/** For calls that answer nothing more. */
export const nothingSchema = v.looseObject({});
