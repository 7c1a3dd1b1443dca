import type { Context, Hono } from 'hono';
import { ChartStudio } from './charts/chart-studio.ts';
import { bundleConsole, consoleFile, type ConsoleBundle, type ConsoleFile } from './console-bundle.ts';
import { FILES, PATHS } from './paths.ts';

/**
 * The console beside the API, for `pages` of a fleet service. What it serves is the same for everyone and holds no secret: everything
 * about terminals comes from the API, with the reader's own session.
 */
export function consolePages(): (app: Hono) => void {
  let made: Promise<ConsoleBundle> | null = null;
  const bundle = (): Promise<ConsoleBundle> => (made ??= bundleConsole());
  const studio = new ChartStudio();
  const charts = new Map<string, Promise<ConsoleFile | null>>();
  const chart = (machine: string): Promise<ConsoleFile | null> => {
    const file = charts.get(machine) ?? chartFile(studio, machine);
    charts.set(machine, file);
    file.then(
      (found) => found === null && charts.delete(machine),
      () => charts.delete(machine),
    );
    return file;
  };
  return (app) => {
    for (const path of Object.values(PATHS)) {
      app.get(path, async (context) => {
        studio.begin();
        return answer(context, (await bundle()).html);
      });
    }
    app.get(`${FILES}/app.js`, async (context) => answer(context, (await bundle()).script));
    app.get(`${FILES}/app.css`, async (context) => answer(context, (await bundle()).style));
    app.get(`${FILES}/icon.svg`, async (context) => answer(context, (await bundle()).icon));
    app.get(`${FILES}/charts/:machine{[A-Za-z]{1,64}}`, async (context) => {
      const file = await chart(context.req.param('machine') ?? '');
      return file === null ? context.notFound() : answer(context, file);
    });
    // Somebody who mistyped an address is met by the console too; programs get the API's own answer.
    app.get('*', async (context, next) => {
      const isPerson = context.req.header('accept')?.includes('text/html') === true;
      if (!isPerson || context.req.path.startsWith('/api/')) return next();
      return answer(context, (await bundle()).html, 404);
    });
  };
}

async function chartFile(studio: ChartStudio, machine: string): Promise<ConsoleFile | null> {
  const picture = await studio.picture(machine);
  return picture === null ? null : consoleFile('application/json', JSON.stringify(picture));
}

function answer(context: Context, { type, body, gzip, etag }: ConsoleFile, status: 200 | 404 = 200): Response {
  const headers = { 'content-type': type, etag, 'cache-control': 'no-cache', vary: 'accept-encoding' };
  if (context.req.header('if-none-match') === etag) return context.body(null, 304, headers);
  const packed = context.req.header('accept-encoding')?.includes('gzip') === true;
  return packed
    ? context.body(gzip, status, { ...headers, 'content-encoding': 'gzip' })
    : context.body(body, status, headers);
}
