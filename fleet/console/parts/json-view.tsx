import { useWords } from '../browser/console-context.ts';
import { INSIDE } from '../words/inside.ts';

/** What a terminal puts where something must not leave it. */
const MASKED = '•••';
const ITEMS_SHOWN_MAX = 200;

interface JsonProps {
  readonly value: unknown;
  /** Paths that differ from what it is compared with. */
  readonly changed?: ReadonlySet<string>;
  readonly path?: string;
}

/** A JSON value as lines of keys and values; what was masked on the terminal says so. */
export function JsonView({ value, changed, path = '' }: JsonProps) {
  if (typeof value !== 'object' || value === null)
    return <Leaf value={value} isChanged={changed?.has(path) === true} />;
  const entries: [string, unknown][] = Object.entries(value).slice(0, ITEMS_SHOWN_MAX);
  if (entries.length === 0) return <span class="json-empty">{Array.isArray(value) ? '[ ]' : '{ }'}</span>;
  return (
    <ul class="json">
      {entries.map(([key, item]) => {
        const inner = path === '' ? key : `${path}.${key}`;
        return (
          <li key={key} data-changed={changed?.has(inner) === true || undefined}>
            <span class="json-key">{key}</span> <JsonView value={item} path={inner} {...(changed && { changed })} />
          </li>
        );
      })}
    </ul>
  );
}

function Leaf({ value, isChanged }: { value: unknown; isChanged: boolean }) {
  const words = useWords(INSIDE);
  if (value === MASKED) {
    return (
      <span class="json-masked" title={words.maskedWhy}>
        ••• {words.masked}
      </span>
    );
  }
  const kind = value === null ? 'null' : typeof value;
  return (
    <span class="json-leaf" data-kind={kind} data-changed={isChanged || undefined}>
      {value === undefined ? '–' : kind === 'string' ? (value as string) || '""' : JSON.stringify(value)}
    </span>
  );
}
