import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Edit, Mutant } from './mutant.ts';

const PROJECT = new URL('../../', import.meta.url);

/**
 * The source with the edit made.
 * @throws Error when the text does not stand in it exactly once: the product has changed, and the mutant must follow it
 */
export function mutated(source: string, { file, text, replacement }: Edit, name: string): string {
  const parts = source.split(text);
  if (parts.length !== 2) {
    const times = parts.length === 1 ? 'not at all' : `${parts.length - 1} times`;
    throw new Error(`the mutant ${name} wants to replace a text that stands in ${file} ${times}, not once: ${text}`);
  }
  return parts.join(replacement);
}

/**
 * Plants a bug into every module that this thread loads from now on; the files stay as they are. What was loaded before is not changed,
 * so this comes first in a thread of its own.
 */
export function plant(mutant: Mutant): { missing(): readonly string[] } {
  const files = new Set(mutant.edits.map(({ file }) => file));
  const left = new Set(files);
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      const file = projectFile(url);
      if (file === null || !files.has(file)) return loaded;
      left.delete(file);
      const edits = mutant.edits.filter((edit) => edit.file === file);
      const source = edits.reduce((text, edit) => mutated(text, edit, mutant.name), textOf(loaded.source));
      return { ...loaded, source };
    },
  });
  return { missing: () => [...left] };
}

function projectFile(url: string): string | null {
  if (!url.startsWith(PROJECT.href)) return null;
  return fileURLToPath(url).slice(fileURLToPath(PROJECT).length);
}

function textOf(source: string | ArrayBuffer | NodeJS.TypedArray | undefined | null): string {
  if (typeof source === 'string') return source;
  if (source === undefined || source === null) throw new Error('a module came without its source');
  return Buffer.from(source as Uint8Array).toString('utf8');
}
