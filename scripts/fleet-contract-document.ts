import { toJsonSchema } from '@valibot/to-json-schema';
import type { GenericSchema } from 'valibot';
import { COMMAND_LIFE_MS_MAX, commandArguments } from '../fleet/contract/commands.ts';
import { GZIP_ABOVE_BYTES, PACKET_BYTES_MAX } from '../fleet/contract/codec.ts';
import { factSchemas, FILLER_TYPES } from '../fleet/contract/events.ts';
import { JSON_DEPTH_MAX } from '../fleet/contract/json-bounds.ts';
import { MESSAGE_FAMILIES } from '../fleet/contract/message-families.ts';
import { CONTRACT_MINOR } from '../fleet/contract/presence.ts';
import { snapshotSchema } from '../fleet/contract/snapshot.ts';
import { LATENCY_BOUNDS_MS } from '../fleet/contract/telemetry.ts';
import { DOWN_FAMILIES, TOPIC_ROOT, UP_FAMILIES, type MessageFamily } from '../fleet/contract/topics.ts';

const INTRODUCTION = [
  'What terminals and the fleet service say to each other over MQTT 3.1.1. MQTT 5 is never needed.',
  '',
  '- The database is the truth. A broker’s acknowledgement, session, retained message or will is a hint: a terminal frees an ' +
    'event only on `dn/ack`, sent after the service’s commit, and pulls job, configuration and commands with every birth.',
  `- A payload is JSON in UTF-8, gzip above ${GZIP_ABOVE_BYTES} bytes, at most ${PACKET_BYTES_MAX} bytes as it travels and ` +
    `inflated, nested at most ${JSON_DEPTH_MAX} deep, without zero characters and lone surrogates. The rest is refused and counted.`,
  '- `{tid}` is the certificate’s common name, the user name and the client id. A terminal may write its own `up/#` and read ' +
    'its own `dn/#`, nothing else.',
  '- A field that a reader does not know is kept or ignored; the birth tells the minor version. A change that an old reader ' +
    'could misread gets another root.',
  `- Fillers in the sequence of events: ${FILLER_TYPES.join(', ')}.`,
  `- A command lives at most ${COMMAND_LIFE_MS_MAX / 86_400_000} days. No command pays or refunds.`,
  `- Latency buckets, ms: ${LATENCY_BOUNDS_MS.join(', ')}, and one without bound.`,
].join('\n');

/** An object of any keys is a check in code; in the reference it is an object. */
const jsonSchema = (schema: GenericSchema): object => {
  const { $schema: _, ...rest } = toJsonSchema(schema, {
    overrideSchema: ({ valibotSchema, jsonSchema: found }) =>
      valibotSchema.type === 'custom' ? { ...found, type: 'object' } : undefined,
    errorMode: 'ignore',
  });
  return rest;
};

const keyOf = (family: MessageFamily): string => family.replace('/', '-');
const named = (schemas: Readonly<Record<string, GenericSchema>>, prefix: string): [string, object][] =>
  Object.entries(schemas).map(([name, schema]) => [`${prefix}${name}`, jsonSchema(schema)]);

/** The contract as an AsyncAPI 3 document, from the schemas that both sides check with. */
export function fleetContractDocument(): Record<string, unknown> {
  const families = [...UP_FAMILIES, ...DOWN_FAMILIES];
  return {
    asyncapi: '3.0.0',
    info: { title: 'Till fleet contract', version: `1.${CONTRACT_MINOR}.0`, description: INTRODUCTION },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(families.map((family) => [keyOf(family), channelOf(family)])),
    operations: Object.fromEntries(families.map((family) => [operationName(family), operationOf(family)])),
    components: {
      messages: Object.fromEntries(families.map((family) => [keyOf(family), messageOf(family)])),
      schemas: Object.fromEntries([
        ...families.map((family) => [keyOf(family), jsonSchema(MESSAGE_FAMILIES[family].schema)] as const),
        ...named(commandArguments, 'command-'),
        ...named(factSchemas, 'event-'),
        ['snapshot', jsonSchema(snapshotSchema)],
      ]),
    },
  };
}

function channelOf(family: MessageFamily): object {
  const description = 'Id of the terminal: [A-Za-z0-9_-]{1,48}.';
  return {
    address: `${TOPIC_ROOT}/{tid}/${family}`,
    title: MESSAGE_FAMILIES[family].title,
    parameters: { tid: { description } },
    messages: { [keyOf(family)]: { $ref: `#/components/messages/${keyOf(family)}` } },
  };
}

function operationName(family: MessageFamily): string {
  return `${family.startsWith('up/') ? 'send' : 'receive'}-${keyOf(family)}`;
}

/** From the terminal's side. */
function operationOf(family: MessageFamily): object {
  const { qos, retain, title, rule } = MESSAGE_FAMILIES[family];
  return {
    action: family.startsWith('up/') ? 'send' : 'receive',
    channel: { $ref: `#/channels/${keyOf(family)}` },
    title,
    description: rule,
    bindings: { mqtt: { qos, retain, bindingVersion: '0.2.0' } },
  };
}

function messageOf(family: MessageFamily): object {
  const { title, rule } = MESSAGE_FAMILIES[family];
  return { name: keyOf(family), title, summary: rule, payload: { $ref: `#/components/schemas/${keyOf(family)}` } };
}
