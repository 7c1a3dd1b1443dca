import { useFormat, useNow, useWords } from '../browser/console-context.ts';
import { TERMINAL } from '../words/terminal.ts';

/** What a colour means here. */
export type Tone = 'fine' | 'warn' | 'bad' | 'accent' | 'off';

/** A word with a tone; the mark in front says the same to those who see no colours. */
export function Pill({ tone, children }: { tone: Tone; children: string }) {
  const mark = { fine: '●', warn: '▲', bad: '■', accent: '◆', off: '○' }[tone];
  return (
    <span class="pill" data-tone={tone}>
      <span aria-hidden="true">{mark}</span>
      {children}
    </span>
  );
}

/** Whether a terminal is there. */
export function Presence({ online }: { online: boolean }) {
  const words = useWords(TERMINAL);
  return <Pill tone={online ? 'fine' : 'off'}>{online ? words.online : words.offline}</Pill>;
}

/** How long ago; the instant itself on hover. */
export function Ago({ ms }: { ms: number | null }) {
  const format = useFormat();
  const words = useWords(TERMINAL);
  const now = useNow(ms !== null ? 5_000 : 3_600_000);
  if (ms === null) return <span class="muted">{words.never}</span>;
  return (
    <time dateTime={new Date(ms).toISOString()} title={format.instant(ms)}>
      {format.ago(ms, now)}
    </time>
  );
}
