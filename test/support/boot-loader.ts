import { readFileSync, writeFileSync } from 'node:fs';

/** Starts that a system gets before it is marked good. */
const STARTS = 3;

/**
 * What a boot loader does for RAUC, with its variables in a file as U-Boot keeps them: an order, and the starts left of each system. Every
 * start takes one away; a system that has none left is passed over.
 */
export class BootLoader {
  readonly file: string;

  constructor(file: string) {
    this.file = file;
    writeFileSync(file, 'ORDER=A B\nA=3\nB=0\n');
  }

  /** The machine starts: the name of the system that does. */
  boot(): string {
    const next = this.primary;
    if (next === null) throw new Error('no system can be started');
    this.#set(next, this.left(next) - 1);
    return next;
  }

  get primary(): string | null {
    return (
      this.#value('ORDER')
        .split(' ')
        .find((name) => this.left(name) > 0) ?? null
    );
  }

  left(name: string): number {
    return Number(this.#value(name));
  }

  makePrimary(name: string): void {
    const others = this.#value('ORDER')
      .split(' ')
      .filter((other) => other !== name);
    this.#set('ORDER', [name, ...others].join(' '));
    this.#set(name, STARTS);
  }

  mark(name: string, isGood: boolean): void {
    this.#set(name, isGood ? STARTS : 0);
  }

  #value(key: string): string {
    return new RegExp(`^${key}=(.*)$`, 'm').exec(readFileSync(this.file, 'utf8'))?.[1] ?? '';
  }

  #set(key: string, value: string | number): void {
    const text = readFileSync(this.file, 'utf8');
    writeFileSync(this.file, text.replace(new RegExp(`^${key}=.*$`, 'm'), `${key}=${value}`));
  }
}

/** The same for RAUC itself: `bootloader-custom-backend` of its `system.conf`. */
export function backendScript(file: string): string {
  return `#!/bin/sh
value() { sed -n "s/^$1=//p" '${file}'; }
store() { sed -i "s/^$1=.*/$1=$2/" '${file}'; }
case "$1" in
get-primary)
  for name in $(value ORDER); do
    if [ "$(value "$name")" -gt 0 ]; then echo "$name"; exit 0; fi
  done
  exit 1 ;;
set-primary)
  order=$2
  for name in $(value ORDER); do [ "$name" = "$2" ] || order="$order $name"; done
  store ORDER "$order"
  store "$2" ${STARTS} ;;
get-state) if [ "$(value "$2")" -gt 0 ]; then echo good; else echo bad; fi ;;
set-state) if [ "$3" = good ]; then store "$2" ${STARTS}; else store "$2" 0; fi ;;
*) exit 2 ;;
esac
`;
}
