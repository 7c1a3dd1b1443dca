import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** The page as it is served: three files, nothing from anywhere else. */
export interface PageBundle {
  readonly html: string;
  readonly script: string;
  readonly style: string;
}

let bundled: Promise<PageBundle> | null = null;

/** The page, made once in a process life. */
export function pageBundle(): Promise<PageBundle> {
  bundled ??= bundlePage();
  return bundled;
}

/** Makes the page from its sources, in memory: no build step, and no built file that could be out of date. */
async function bundlePage(): Promise<PageBundle> {
  // Loaded here, so that a terminal without the web profile never needs it.
  const esbuild = await import('esbuild');
  const entry = fileURLToPath(new URL('./page/main.tsx', import.meta.url));
  const result = await esbuild.build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    minify: true,
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'silent',
  });
  await esbuild.stop();
  const script = result.outputFiles[0]?.text;
  if (script === undefined) throw new Error('the page came out empty');
  const [html, ...styles] = await Promise.all(
    ['page/index.html', 'page/base.css', 'page/screen.css', 'page/keys.css', 'page/device.css', 'page/benches.css'].map(
      (path) => readFile(new URL(path, import.meta.url), 'utf8'),
    ),
  );
  return { html: html ?? '', script, style: styles.join('\n') };
}
