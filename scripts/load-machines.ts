import { existsSync, globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { StateMachine, type AnyStateMachine } from 'xstate';

const PROJECT = dirname(dirname(fileURLToPath(import.meta.url)));

/** A machine with the name it is exported under, without `Machine`: `paymentMachine` is `payment`. */
export interface NamedMachine {
  readonly name: string;
  readonly machine: AnyStateMachine;
}

const kebab = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Every machine of `machines/`, sorted by name, from its index or, without one, from its `*.machine.ts` files. */
export async function loadMachines(): Promise<NamedMachine[]> {
  const index = join(PROJECT, 'machines', 'index.ts');
  const files = existsSync(index)
    ? [index]
    : globSync('machines/*.machine.ts', { cwd: PROJECT }).map((file) => join(PROJECT, file));
  const found = new Map<string, AnyStateMachine>();
  for (const file of files) {
    const exported = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
    for (const [name, value] of Object.entries(exported)) {
      if (!name.endsWith('Machine') || !(value instanceof StateMachine)) continue;
      found.set(kebab(name.slice(0, -'Machine'.length)), value as AnyStateMachine);
    }
  }
  return [...found].map(([name, machine]) => ({ name, machine })).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
