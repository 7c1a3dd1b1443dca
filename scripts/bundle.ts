import { cpSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { versionOfTill } from '../bin/start/version.ts';
import { commandLine } from './command-line.ts';
import { lateBuiltins } from './late-builtins.ts';
import { leanPackages } from './lean-packages.ts';
import { sbomOf } from './sbom.ts';
import { copyNativePackages, NATIVE_PACKAGES } from './native-packages.ts';

const PROJECT = dirname(dirname(fileURLToPath(import.meta.url)));
const ENTRY = 'bin/terminal.ts';
const USAGE = `Usage: npm run bundle -- [--out FILE] [--version VERSION]

Builds what runs on a device: the terminal as one file, the launcher, and beside them the clips, the glyphs, native
packages and the list of what is inside (SBOM).

Options:
  --out FILE         the terminal's file, the rest beside it (dist/till-terminal.cjs)
  --version VERSION  of another release than package.json names
  --help             this text

Exit code 1 when something got in that no device may have, 2 for options that cannot be understood.
`;
const { values: OPTIONS } = commandLine(USAGE, { options: { out: { type: 'string' }, version: { type: 'string' } } });
const OUTPUT = resolve(OPTIONS.out ?? join(PROJECT, 'dist/till-terminal.cjs'));
/** What a terminal has no use for; the sandbox on a device would be a way to fake payments. */
const FORBIDDEN = /^(simulator|test|fleet\/(service|console)|scripts|node_modules\/(esbuild|uvu|hono|aedes))\//;

/**
 * Builds the one file that runs on a device, and puts the clips of its voice, its glyphs and native packages beside it.
 * CommonJS: esbuild's ES modules break packages that require at run time.
 */
async function bundle(): Promise<number> {
  const version = OPTIONS.version ?? versionOfTill();
  const { metafile } = await build({
    absWorkingDir: PROJECT,
    entryPoints: [ENTRY],
    outfile: OUTPUT,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node22.19',
    format: 'cjs',
    external: ['node:*', ...NATIVE_PACKAGES],
    plugins: [lateBuiltins, leanPackages],
    // CommonJS has no import.meta; files beside the bundle are found from its own path.
    banner: { js: 'const importMetaUrl=require("node:url").pathToFileURL(__filename).href;' },
    define: {
      'import.meta.url': 'importMetaUrl',
      'process.env.NODE_ENV': '"production"',
      TILL_VERSION: JSON.stringify(version),
      TILL_CLIPS: JSON.stringify('./clips/'),
      TILL_GLYPHS: JSON.stringify('./glyphs/'),
    },
    legalComments: 'linked',
    metafile: true,
    logLevel: 'warning',
  });
  const inside = Object.keys(metafile.inputs);
  const intruders = inside.filter((file) => FORBIDDEN.test(file));
  for (const file of intruders) console.error(`${OUTPUT} must not contain ${file}`);
  if (intruders.length > 0) return 1;
  writeFileSync(OUTPUT, inAscii(readFileSync(OUTPUT, 'utf8')), 'ascii');
  writeFileSync(join(dirname(OUTPUT), 'till-terminal.sbom.json'), sbomOf(PROJECT, version, inside));
  cpSync(join(PROJECT, 'assets/clips'), join(dirname(OUTPUT), 'clips'), { recursive: true });
  cpSync(join(PROJECT, 'assets/glyphs'), join(dirname(OUTPUT), 'glyphs'), { recursive: true });
  copyNativePackages(PROJECT, dirname(OUTPUT));
  const kilobytes = Math.ceil(statSync(OUTPUT).size / 1024);
  console.log(`${OUTPUT}: ${kilobytes} KiB from ${inside.length} files`);
  return 0;
}

/**
 * esbuild escapes whatever is not ASCII but in regular expressions, and one such character makes V8 hold the whole source with two
 * bytes a character: 1.4 MB of memory.
 */
function inAscii(source: string): string {
  return source.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The launcher beside it: a file of its own that is installed once and needs nothing but Node. */
async function bundleLauncher(): Promise<void> {
  await build({
    absWorkingDir: PROJECT,
    entryPoints: ['deploy/launcher/launch.ts'],
    outfile: join(dirname(OUTPUT), 'till-launcher.cjs'),
    bundle: true,
    platform: 'node',
    target: 'node22.19',
    format: 'cjs',
    external: ['node:*'],
    logLevel: 'warning',
  });
}

if (existsSync(join(PROJECT, ENTRY))) {
  process.exitCode = await bundle();
  await bundleLauncher();
} else {
  console.error(`there is no ${ENTRY} to bundle: it is the entry of a terminal on a device`);
  process.exitCode = 1;
}
