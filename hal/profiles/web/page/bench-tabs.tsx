import type { Words } from './words.ts';

/** What lies beside the device; on a phone one of them at a time, in a sheet. */
export type Bench = 'codes' | 'paper' | 'devices';

/** The buttons that open the sheets on a phone. */
export function BenchTabs(props: {
  words: Words;
  bench: Bench | null;
  choose: (bench: Bench | null) => void;
  paperCount: number;
}) {
  const { words, bench } = props;
  const tabs: readonly (readonly [Bench, string])[] = [
    ['codes', words.codesTab],
    ['paper', props.paperCount > 0 ? `${words.paper} ${props.paperCount}` : words.paper],
    ['devices', words.devices],
  ];
  return (
    <nav class="tabs">
      {tabs.map(([name, word]) => (
        <button
          type="button"
          key={name}
          aria-expanded={bench === name}
          // A tapped tab must not keep the focus: Enter would open it again instead of confirming.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => props.choose(bench === name ? null : name)}
        >
          {word}
        </button>
      ))}
    </nav>
  );
}
