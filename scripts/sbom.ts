import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly license?: string;
}

/** A package folder at the end of a path: `node_modules/name` or `node_modules/@scope/name`, nested ones too. */
const PACKAGE = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;

/**
 * Software bill of materials (CycloneDX 1.5, JSON) of a bundle: the packages that are really in it, as the lock file pins them. The
 * same bundle gives the same text: no time, no serial number.
 */
export function sbomOf(project: string, version: string, inputs: readonly string[]): string {
  const lock = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, LockedPackage>>;
  };
  const folders = new Set(inputs.flatMap((file) => PACKAGE.exec(file)?.[1] ?? []));
  const components = [...folders].toSorted().map((folder) => componentOf(folder, lock.packages[folder]));
  const till = { type: 'application', name: 'till', version, 'bom-ref': `pkg:npm/till@${version}` };
  const document = {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: { component: till },
    components,
  };
  return `${JSON.stringify(document, null, 1)}\n`;
}

function componentOf(folder: string, locked: LockedPackage | undefined): object {
  if (locked?.version === undefined) throw new Error(`${folder} is in the bundle, but not in package-lock.json`);
  const path = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const purl = `pkg:npm/${path.replace('@', '%40')}@${locked.version}`;
  const scoped = /^(@[^/]+)\/(.+)$/.exec(path);
  return {
    type: 'library',
    ...(scoped !== null && { group: scoped[1] }),
    name: scoped?.[2] ?? path,
    version: locked.version,
    purl,
    'bom-ref': purl,
    ...(locked.license !== undefined && { licenses: [{ expression: locked.license }] }),
    ...(locked.integrity !== undefined && { hashes: [hashOf(locked.integrity)] }),
    ...(locked.resolved !== undefined && { externalReferences: [{ type: 'distribution', url: locked.resolved }] }),
  };
}

/** `sha512-…` of npm as CycloneDX has it. */
function hashOf(integrity: string): object {
  const [algorithm = '', base64 = ''] = integrity.split('-');
  return {
    alg: algorithm.toUpperCase().replace('SHA', 'SHA-'),
    content: Buffer.from(base64, 'base64').toString('hex'),
  };
}
