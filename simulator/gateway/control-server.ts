import { createAdaptorServer } from '@hono/node-server';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createControlApi, type ControlApiOptions } from './control-api.ts';

/** The page and the control API as they are served. */
export interface ControlServer {
  readonly url: string;
  close(): Promise<void>;
}

const PAGE_FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/': ['index.html', 'text/html;charset=UTF-8'],
  '/page.css': ['page.css', 'text/css;charset=UTF-8'],
  '/page.js': ['page.js', 'text/javascript;charset=UTF-8'],
  '/controls.js': ['controls.js', 'text/javascript;charset=UTF-8'],
  '/elements.js': ['elements.js', 'text/javascript;charset=UTF-8'],
  '/state.js': ['state.js', 'text/javascript;charset=UTF-8'],
  '/truth.js': ['truth.js', 'text/javascript;charset=UTF-8'],
  '/words.js': ['words.js', 'text/javascript;charset=UTF-8'],
};

/** Serves the page and the control API on 127.0.0.1. @throws the listen error */
export async function openControlServer(
  options: ControlApiOptions & { readonly port: number },
): Promise<ControlServer> {
  const app = createControlApi(options);
  for (const [path, [file, type]] of Object.entries(PAGE_FILES)) {
    const text = readFileSync(new URL(`./page/${file}`, import.meta.url), 'utf8');
    app.get(path, (context) =>
      context.body(text, 200, {
        'content-type': type,
        'content-security-policy': "default-src 'self'; img-src 'self' data:; style-src 'self'; frame-ancestors 'none'",
      }),
    );
  }
  const server = createAdaptorServer({ fetch: app.fetch });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', () => resolve());
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}
