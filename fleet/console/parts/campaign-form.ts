/** What the wizard has in its fields, as text. */
export interface CampaignForm {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
  readonly target: string;
  readonly q: string;
  readonly sw: string;
  readonly hw: string;
  readonly first: string;
  readonly waves: string;
  readonly soak: string;
  readonly window: string;
  readonly atATime: string;
  readonly rate: string;
}

/** What the wizard begins with: small waves first, an hour of watching, fifty terminals at a time. */
export const EMPTY_FORM: CampaignForm = {
  ...{ name: '', version: '', sha256: '', target: '', q: '', sw: '', hw: '', first: '', waves: '1, 10%, 50%, 100%' },
  ...{ soak: '60', window: '', atATime: '50', rate: '' },
};

const MINUTE_MS = 60_000;
const KILOBYTE = 1000;

/** Waves as they are written: `1, 10%, 100%`; null when they cannot be read. */
export function wavesOf(text: string): object[] | null {
  const waves = text
    .split(/[,，\s]+/)
    .filter((part) => part !== '')
    .map((part) => {
      const match = /^(\d{1,7}(?:\.\d{1,3})?)([%％]?)$/.exec(part);
      if (match === null) return null;
      return match[2] === '' ? { count: Number(match[1]) } : { percent: Number(match[1]) };
    });
  const last = waves.at(-1);
  const ends = last !== null && last !== undefined && 'percent' in last && last.percent === 100;
  return ends ? waves.flatMap((wave) => wave ?? []) : null;
}

/** The plan as the API takes it; null while a field cannot be read. */
export function planOf(form: CampaignForm): Record<string, unknown> | null {
  const waves = wavesOf(form.waves);
  const window = windowOf(form.window);
  if (waves === null || window === undefined) return null;
  const { q, sw, hw } = form;
  const filter = Object.fromEntries(Object.entries({ q, sw, hw }).filter(([, value]) => value !== ''));
  const first = form.first.split(/[,，\s]+/).filter((tid) => tid !== '');
  const terms = {
    window,
    terminalsMax: Math.max(1, Number(form.atATime) || 1),
    bytesPerSecond: form.rate === '' ? null : Math.max(1024, Math.round(Number(form.rate) * KILOBYTE)),
  };
  const target = form.target === '' ? `till-${form.version}.zst` : form.target;
  return { target, filter, first, waves, soakMs: Math.round((Number(form.soak) || 0) * MINUTE_MS), terms };
}

function windowOf(text: string): { from: number; to: number } | null | undefined {
  if (text.trim() === '') return null;
  const match = /^([01]\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]\d|2[0-3]):([0-5]\d)$/.exec(text.trim());
  if (match === null) return undefined;
  const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = match.slice(1).map(Number);
  return { from: fromHour * 60 + fromMinute, to: toHour * 60 + toMinute };
}
