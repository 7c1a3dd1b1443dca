import { toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import type { Route } from './route.ts';

/** A query's numbers are text on the wire; what a transform makes of them is not the reader's business. */
function schemaOf(schema: v.GenericSchema): Record<string, unknown> {
  return { ...toJsonSchema(schema, { errorMode: 'ignore', typeMode: 'input' }), $schema: undefined };
}

const problemSchema = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: { code: { type: 'string' }, message: { type: 'string' } },
    },
  },
};

function queryParameters(schema: v.GenericSchema): object[] {
  const { properties = {}, required = [] } = schemaOf(schema) as {
    properties?: Record<string, { description?: string }>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...rest } = property;
    return { name, in: 'query', required: required.includes(name), description, schema: rest };
  });
}

function operationOf(one: Route): object {
  const pathParameters = [...one.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => {
    return { name, in: 'path', required: true, schema: { type: 'string' } };
  });
  const parameters = [...pathParameters, ...(one.query === undefined ? [] : queryParameters(one.query))];
  const answer = one.answerSchema === undefined ? { type: 'object' } : schemaOf(one.answerSchema);
  return {
    summary: one.summary,
    description: `Needs the role ${one.role}.`,
    ...(parameters.length > 0 && { parameters }),
    ...(one.body !== undefined && {
      requestBody: { required: true, content: { 'application/json': { schema: schemaOf(one.body) } } },
    }),
    responses: {
      200: { description: one.answer, content: { 'application/json': { schema: answer } } },
      default: { description: 'Refused.', content: { 'application/json': { schema: problemSchema } } },
    },
  };
}

/** The API as an OpenAPI 3.1 document, from the routes that run. */
export function openApiDocument(routes: readonly Route[], root: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const one of routes) (paths[`${root}${one.path}`] ??= {})[one.method] = operationOf(one);
  return {
    openapi: '3.1.0',
    info: { title: 'Till fleet', version: '1', description: 'Terminals seen, understood and helped from one place.' },
    servers: [{ url: '/' }],
    security: [{ token: [] }, { session: [] }],
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'till_fleet' },
      },
    },
  };
}
