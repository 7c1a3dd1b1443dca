import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { versionOfTill } from '../../bin/start/version.ts';
import { COMMANDS } from '../../bin/till.ts';
import type { Locale } from '../../domain/sentence.ts';
import { chartPictures } from './chart-pictures.ts';
import type { ManualMaterial, ManualSource, PictureKind } from './compose.ts';
import { plausibleViews } from './plausible-views.ts';
import { ScreenCamera } from './screen-pictures.ts';
import { manualSlips, slipPicture } from './slip-pictures.ts';
import { spokenSentences } from './spoken-sentences.ts';
import { manualTables } from './tables.ts';

/** Gives the pages of one picture as files: their endings and bytes. */
export type Drawing = () => readonly { readonly ending: 'png' | 'svg'; readonly bytes: Buffer | string }[];

/** Every picture that the manual of a language may show, by kind and name. Nothing is drawn before it is asked for. */
export type Gallery = Readonly<Record<PictureKind, ReadonlyMap<string, Drawing>>>;

/** Pictures out of a browser are taken before; a build without a browser has their names only. */
export type BrowserPictures = ReadonlyMap<string, Buffer | null>;

/** The pictures of one language. The camera must stay open while they are drawn. */
export async function openGallery(locale: Locale, camera: ScreenCamera, browser: BrowserPictures): Promise<Gallery> {
  const charts = await chartPictures();
  return {
    screen: new Map(
      [...plausibleViews(locale)].map(([id, view]) => [
        id,
        () => camera.photograph(view, locale).map((bytes) => ({ ending: 'png', bytes }) as const),
      ]),
    ),
    slip: new Map(
      [...manualSlips(locale)].map(([id, slip]) => [id, () => [{ ending: 'svg', bytes: slipPicture(slip) }]]),
    ),
    chart: new Map([...charts].map(([id, draw]) => [id, () => [{ ending: 'svg', bytes: draw() }]])),
    browser: new Map([...browser].map(([id, bytes]) => [id, () => [{ ending: 'png', bytes: bytes ?? '' }]])),
  };
}

/** What each command that the chapters quote prints for `--help`. */
async function quotedHelp(sources: readonly ManualSource[]): Promise<ReadonlyMap<string, string>> {
  const names = sources.flatMap(({ text }) =>
    [...text.matchAll(/\{\{help:([a-z]+)\}\}/g)].map(([, name = '']) => name),
  );
  const known = [...new Set(names)].filter((name) => Object.hasOwn(COMMANDS, name));
  return new Map(
    await Promise.all(known.map(async (name) => [name, (await COMMANDS[name]?.load())?.help ?? ''] as const)),
  );
}

/**
 * What the chapters are made of.
 * @param folder pictures are written to its `pictures/<locale>`; null: their names are looked up and nothing is drawn
 */
export async function manualMaterial(
  locale: Locale,
  sources: readonly ManualSource[],
  gallery: Gallery,
  folder: string | null,
): Promise<ManualMaterial> {
  const sentences = spokenSentences(locale);
  const tables = manualTables(locale);
  const help = await quotedHelp(sources);
  const drawn = new Map<string, readonly string[]>();
  const draw = (kind: PictureKind, id: string, drawing: Drawing): readonly string[] => {
    if (folder === null) return [`pictures/${locale}/${kind}-${id}`];
    mkdirSync(join(folder, 'pictures', locale), { recursive: true });
    return drawing().map(({ ending, bytes }, page) => {
      const path = `pictures/${locale}/${kind}-${id}${page === 0 ? '' : `-${page + 1}`}.${ending}`;
      writeFileSync(join(folder, path), bytes);
      return path;
    });
  };
  return {
    picture: (kind, id) => {
      const drawing = gallery[kind].get(id);
      if (drawing === undefined) return null;
      const paths = drawn.get(`${kind}:${id}`) ?? draw(kind, id, drawing);
      drawn.set(`${kind}:${id}`, paths);
      return paths;
    },
    sentence: (id) => sentences.get(id)?.text ?? null,
    table: (id) => tables.get(id)?.() ?? null,
    help: (words) => help.get(words) ?? null,
    version: versionOfTill(),
  };
}
