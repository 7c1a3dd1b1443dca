import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** A file of the console as it is served. */
export interface ConsoleFile {
  readonly type: string;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly gzip: Uint8Array<ArrayBuffer>;
  /** Changes with every byte of it. */
  readonly etag: string;
}

/** The whole console: one file of each kind, so that a page needs four requests. */
export interface ConsoleBundle {
  readonly html: ConsoleFile;
  readonly script: ConsoleFile;
  readonly style: ConsoleFile;
  readonly icon: ConsoleFile;
}

const STYLES = ['tokens', 'frame', 'controls', 'fleet', 'terminal', 'chart', 'change', 'campaign'];
const pack = promisify(gzip);

/** Makes a file ready to serve, gzip and etag included, once for all requests. */
export async function consoleFile(type: string, text: string): Promise<ConsoleFile> {
  const body = new Uint8Array(Buffer.from(text, 'utf8'));
  const hash = createHash('sha256').update(body).digest('base64url').slice(0, 22);
  return { type, body, gzip: new Uint8Array(await pack(body)), etag: `"${hash}"` };
}

/** Makes the console from its sources, in memory: no build step, and no built file that could be out of date. */
export async function bundleConsole(): Promise<ConsoleBundle> {
  // Loaded here, so that a worker without pages never needs it.
  const esbuild = await import('esbuild');
  const result = await esbuild.build({
    entryPoints: [fileURLToPath(new URL('./main.tsx', import.meta.url))],
    ...{ bundle: true, write: false, format: 'esm', target: 'es2023', minify: true },
    ...{ jsx: 'automatic', jsxImportSource: 'preact', legalComments: 'none', logLevel: 'silent' },
  });
  const script = result.outputFiles[0]?.text;
  if (script === undefined) throw new Error('the console came out empty');
  const read = (path: string): Promise<string> => readFile(new URL(path, import.meta.url), 'utf8');
  const charts = fileURLToPath(import.meta.resolve('uplot/dist/uPlot.min.css'));
  const styles = await Promise.all([readFile(charts, 'utf8'), ...STYLES.map((name) => read(`./styles/${name}.css`))]);
  return {
    html: await consoleFile('text/html; charset=utf-8', await read('./index.html')),
    script: await consoleFile('text/javascript; charset=utf-8', script),
    style: await consoleFile('text/css; charset=utf-8', styles.join('\n')),
    icon: await consoleFile('image/svg+xml', await read('./icon.svg')),
  };
}
