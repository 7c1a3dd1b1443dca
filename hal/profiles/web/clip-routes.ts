import { basename } from 'node:path';
import { Hono } from 'hono';
import type { ClipPack } from '../../speaker/clip-pack.ts';
import type { ClipShelf } from './wire.ts';

/** The address names the recordings by what is in them, so a browser may keep them for ever. */
const KEPT = 'private, max-age=31536000, immutable';

/** Where a page finds the recordings of a pack. */
export function clipShelf({ digest, sampleRate }: ClipPack): ClipShelf {
  return { path: `/clips/${digest}/`, sampleRate };
}

/** The recordings of a pack as files; only what the pack lists can be asked for. */
export function clipRoutes(pack: ClipPack): Hono {
  const app = new Hono();
  const { path } = clipShelf(pack);
  app.get(`${path}ids.json`, (context) => context.json(pack.ids, 200, { 'cache-control': KEPT }));
  app.get(`${path}:file{.+\\.wav}`, (context) => {
    const file = pack.file(basename(context.req.param('file') ?? '', '.wav'));
    if (file === null) return context.json({ message: 'the terminal has no such recording' }, 404);
    return context.body(file, 200, { 'content-type': 'audio/wav', 'cache-control': KEPT });
  });
  return app;
}
