import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import * as v from 'valibot';
import { parseAllDocuments } from 'yaml';
import { fleetCommand } from '../../../bin/commands/fleet.ts';

const files = suite('deploy/fleet files');
const FOLDER = new URL('../../../deploy/fleet/', import.meta.url).pathname;
const read = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');

/** Every document of a YAML file, merge keys resolved; a mistake in it is an error that names its line. */
function yamlOf(name: string): unknown[] {
  return parseAllDocuments(read(name), { merge: true, strict: true }).map((document) => {
    assert.equal(document.errors.map(String), [], name);
    return document.toJS() as unknown;
  });
}

/** A call of `till fleet` in a file must name options that there are. */
function assertKnownOptions(where: string, words: readonly string[]): void {
  const unknown = words
    .filter((word) => word.startsWith('--'))
    .map((word) => word.split('=')[0] ?? '')
    .filter((option) => !new RegExp(`${option}\\b`).test(fleetCommand.help));
  assert.equal(unknown, [], where);
  assert.is(words.filter((word) => !word.startsWith('-'))[0], 'serve', where);
}

const serviceSchema = v.looseObject({
  image: v.string(),
  command: v.optional(v.array(v.string()), []),
  ports: v.optional(v.array(v.string()), []),
  volumes: v.optional(v.array(v.string()), []),
  secrets: v.optional(v.array(v.string()), []),
  depends_on: v.optional(
    v.record(v.string(), v.looseObject({ condition: v.picklist(['service_healthy', 'service_started']) })),
    {},
  ),
  restart: v.literal('always'),
});
const composeSchema = v.looseObject({
  services: v.record(v.string(), serviceSchema),
  volumes: v.record(v.string(), v.unknown()),
  secrets: v.record(v.string(), v.strictObject({ file: v.string() })),
});

files(
  'the compose file names only services, volumes, secrets and files that there are, and starts what it says',
  () => {
    const [document] = yamlOf('compose.yaml');
    const { services, volumes, secrets } = v.parse(composeSchema, document);
    assert.equal(Object.keys(services).toSorted(), ['broker', 'database', 'fleet', 'worker']);
    for (const [name, service] of Object.entries(services)) {
      for (const secret of service.secrets) assert.ok(secret in secrets, `${name}: ${secret}`);
      for (const other of Object.keys(service.depends_on)) assert.ok(other in services, `${name}: ${other}`);
      for (const volume of service.volumes) {
        const [source = ''] = volume.split(':');
        const isThere =
          source.startsWith('./secrets') ||
          (source.startsWith('./') ? existsSync(join(FOLDER, source)) : source in volumes);
        assert.ok(isThere, `${name}: ${volume}`);
      }
    }
    for (const name of ['fleet', 'worker']) assertKnownOptions(`compose ${name}`, services[name]?.command ?? []);
    assert.ok(services['worker']?.command.includes('--worker'));
    assert.ok(
      services['fleet']?.ports.every((port) => port.startsWith('127.0.0.1:')),
      'the API is not open to the world',
    );
  },
);

const metadata = v.looseObject({ name: v.pipe(v.string(), v.regex(/^[a-z0-9-]+$/)) });
const podSchema = v.looseObject({
  containers: v.array(
    v.looseObject({
      name: v.string(),
      image: v.string(),
      args: v.optional(v.array(v.string())),
      volumeMounts: v.optional(v.array(v.looseObject({ name: v.string(), mountPath: v.string() })), []),
      resources: v.looseObject({ requests: v.unknown(), limits: v.looseObject({ memory: v.string() }) }),
    }),
  ),
  volumes: v.optional(v.array(v.looseObject({ name: v.string() })), []),
});
const workloadSchema = v.looseObject({
  kind: v.picklist(['Deployment', 'StatefulSet']),
  metadata,
  spec: v.looseObject({
    replicas: v.number(),
    selector: v.strictObject({ matchLabels: v.record(v.string(), v.string()) }),
    template: v.looseObject({ metadata: v.looseObject({ labels: v.record(v.string(), v.string()) }), spec: podSchema }),
    volumeClaimTemplates: v.optional(v.array(v.looseObject({ metadata })), []),
  }),
});
const objectSchema = v.variant('kind', [
  workloadSchema,
  v.looseObject({ kind: v.picklist(['Service', 'PodDisruptionBudget']), apiVersion: v.string(), metadata }),
]);

files('the manifests are of kinds and shapes that belong together', () => {
  const workloads: string[] = [];
  for (const name of readdirSync(join(FOLDER, 'kubernetes'))) {
    for (const document of yamlOf(`kubernetes/${name}`)) {
      const object = v.parse(objectSchema, document, { message: name });
      if (object.kind !== 'Deployment' && object.kind !== 'StatefulSet') continue;
      workloads.push(object.metadata.name);
      const { selector, template, volumeClaimTemplates } = object.spec;
      for (const [key, value] of Object.entries(selector.matchLabels)) assert.is(template.metadata.labels[key], value);
      const volumes = [...template.spec.volumes, ...volumeClaimTemplates.map((claim) => claim.metadata)].map(
        (one) => one.name,
      );
      for (const container of template.spec.containers) {
        for (const mount of container.volumeMounts) assert.ok(volumes.includes(mount.name), `${name}: ${mount.name}`);
        if (container.args !== undefined) assertKnownOptions(`${name} ${container.name}`, container.args);
      }
    }
  }
  assert.equal(workloads.toSorted(), ['nats', 'till-fleet', 'till-fleet-worker']);
});

files('the units of systemd start the service and its workers with options that there are', () => {
  const variables = [...read('systemd/fleet.env').matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);
  for (const unit of ['till-fleet.service', 'till-fleet-worker@.service']) {
    const start = /^ExecStart=\S+ \S+till\.mjs fleet (.+)$/m.exec(read(`systemd/${unit}`))?.[1] ?? '';
    assertKnownOptions(unit, start.split(' '));
    for (const [, name] of start.matchAll(/\$\{([A-Z_]+)\}/g)) assert.ok(variables.includes(name), `${unit}: ${name}`);
    assert.not.match(start, /password|:\/\/[^ /]*:[^ /]*@/i, 'no password on a command line');
  }
  assert.match(read('systemd/till-fleet-worker@.service'), /--worker\n/);
  assert.match(read('systemd/till-fleet-worker@.service'), /worker-%i\.pem/, 'a certificate for each worker');
});

files('the image is built from what the lock file names, and runs as nobody in particular', () => {
  const image = read('Dockerfile');
  assert.match(image, /npm ci --omit=dev/);
  assert.match(image, /^USER node$/m);
  assert.match(image, /^ENTRYPOINT \["node", "bin\/till\.mjs", "fleet"\]$/m);
});

files.run();
