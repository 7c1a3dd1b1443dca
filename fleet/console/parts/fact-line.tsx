import { isUpgradeReason } from '../../../domain/upgrade-reason.ts';
import { UPGRADE_REASON_WORDS } from '../words/upgrade-reasons.ts';
import type { ComponentChildren } from 'preact';
import { useFormat, useWords } from '../browser/console-context.ts';
import { COMMON } from '../words/common.ts';
import { DEVICES } from '../words/devices.ts';
import { FACTS } from '../words/facts.ts';
import { JsonView } from './json-view.tsx';

const INSTANTS = new Set(['exp', 'expiresMs', 'notBeforeMs', 'deadlineMs', 'lateJoinersUntilMs']);
const HASHES = new Set(['sha256', 'hash']);
const HASH_SHOWN = 12;

type Fields = Readonly<Record<string, unknown>>;

/** Named values in the reader's words: amounts in yuan, instants as times, spans as spans; what is null is not shown. */
export function FactLine({ fields }: { fields: Fields }) {
  const names = useWords(FACTS).names;
  const tell = useValueWords();
  const shown = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined && !isEmpty(value));
  return (
    <ul class="fact-line">
      {shown.map(([key, value]) => (
        <li key={key}>
          {isLarge(value) ? (
            <details>
              <summary title={key}>{names[key] ?? key}</summary>
              <JsonView value={value} />
            </details>
          ) : (
            <>
              <span class="muted" title={key}>
                {names[key] ?? key}
              </span>{' '}
              {tell(key, value)}
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

const isLarge = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && JSON.stringify(value).length > 60;

function useValueWords(): (key: string, value: unknown) => ComponentChildren {
  const words = useWords(FACTS);
  const devices = useWords(DEVICES);
  const reasons = useWords(UPGRADE_REASON_WORDS);
  const common = useWords(COMMON);
  const format = useFormat();
  const ofNumber = (key: string, value: number): string => {
    if (key.endsWith('Fen')) return format.yuan(value);
    if (key.endsWith('AtMs') || INSTANTS.has(key)) return format.instant(value);
    if (key.endsWith('Ms')) return format.span(value);
    return key === 'percent' || key.endsWith('Percent') ? format.percent(value / 100) : format.count(value);
  };
  const ofText = (key: string, value: string): ComponentChildren => {
    if (HASHES.has(key)) return <code title={value}>{value.slice(0, HASH_SHOWN)}…</code>;
    if (key === 'reason' && isUpgradeReason(value)) return reasons[value];
    if (key === 'printer') return devices.printer[value] ?? value;
    if (key === 'storage') return devices.storage[value] ?? value;
    if (key === 'role') return (common.roles as Readonly<Record<string, string>>)[value] ?? value;
    return key === 'why' ? (words.offline[value] ?? value) : (words.values[value] ?? value);
  };
  return (key, value) => {
    if (typeof value === 'number') return <b>{ofNumber(key, value)}</b>;
    if (typeof value === 'boolean') return value ? common.yes : common.no;
    return typeof value === 'string' ? ofText(key, value) : <JsonView value={value} />;
  };
}
