import type { Platform } from '../../domain/platform.ts';
import { STATE_PROFILES, type StateProfile } from '../../simulator/gateway/settings.ts';
import type { ScenarioOutcome } from './run-scenarios.ts';
import { readScenarioName } from './scenario-name.ts';
import type { Spread, TableRow } from './table.ts';

/** One line of the report: a row of the table on one platform under one numbering, as far as they matter. */
export interface ReportLine {
  readonly row: string;
  readonly words: string;
  readonly platform: Platform | null;
  readonly profile: StateProfile | null;
  /** `not shown`: no scenario shows it, and that counts as failed; `no scenario`: the table says why. */
  readonly result: 'passed' | 'failed' | 'not shown' | 'no scenario';
  readonly seconds: number;
  readonly scenarios: number;
  /** What failed, a text for each scenario; or why there is none. */
  readonly failed: readonly string[];
}

/** What the acceptance run came to. */
export interface AcceptanceReport {
  readonly lines: readonly ReportLine[];
  /** Scenarios beyond the table that failed. */
  readonly beyond: { readonly scenarios: number; readonly failed: readonly string[] };
  readonly passed: boolean;
}

interface Cell {
  readonly platform: Platform | null;
  readonly profile: StateProfile | null;
}

const BOTH: readonly Platform[] = ['wechat', 'alipay'];

/** The cells that a row must have. */
function wantedCells(spread: Spread): readonly Cell[] {
  switch (spread) {
    case 'once':
      return [];
    case 'platforms':
      return BOTH.map((platform) => ({ platform, profile: null }));
    case 'alipay × profiles':
      return STATE_PROFILES.map((profile) => ({ platform: 'alipay', profile }));
    case 'platforms × profiles':
      return BOTH.flatMap((platform) => STATE_PROFILES.map((profile) => ({ platform, profile })));
  }
}

/** What a scenario shows of a row: a row that is wanted on each platform may be shown under one numbering only. */
function cellsOf(outcome: ScenarioOutcome, spread: Spread): readonly Cell[] {
  const { platforms, profile } = readScenarioName(outcome.name);
  if (spread === 'once') return [{ platform: null, profile: null }];
  const kept = spread === 'platforms' ? null : profile;
  return platforms.length === 0
    ? [{ platform: null, profile: kept }]
    : platforms.map((platform) => ({ platform, profile: kept }));
}

const same = (one: Cell, other: Cell): boolean => one.platform === other.platform && one.profile === other.profile;

const textOf = ({ name, problem }: ScenarioOutcome): string => `${name}: ${problem ?? ''}`;

/** Every row of the table with what became of its scenarios. */
export function acceptanceReport(
  table: readonly TableRow[],
  outcomes: readonly ScenarioOutcome[],
  filter: string | null = null,
): AcceptanceReport {
  const rows = filter === null ? table : table.filter(({ id }) => id === filter);
  const lines = rows.flatMap((row) => linesOfRow(row, outcomes));
  const others = outcomes.filter(({ name }) => readScenarioName(name).rows.length === 0);
  const extra = filter === null ? others : [];
  const failed = extra.filter(({ problem }) => problem !== null).map(textOf);
  const holds = lines.every(({ result }) => result === 'passed' || result === 'no scenario');
  return { lines, beyond: { scenarios: extra.length, failed }, passed: holds && failed.length === 0 };
}

function linesOfRow(row: TableRow, all: readonly ScenarioOutcome[]): ReportLine[] {
  const outcomes = all.filter(({ name }) => readScenarioName(name).rows.includes(row.id));
  if (outcomes.length === 0 && row.withoutScenario !== undefined) {
    const none = { row: row.id, words: row.words, platform: null, profile: null, seconds: 0, scenarios: 0 };
    return [{ ...none, result: 'no scenario', failed: [row.withoutScenario] }];
  }
  const shown = outcomes.flatMap((outcome) => cellsOf(outcome, row.spread).map((cell) => ({ outcome, cell })));
  const wanted = wantedCells(row.spread);
  const further = shown.map(({ cell }) => cell).filter((cell) => !wanted.some((one) => same(one, cell)));
  const extra = further.filter((cell, index) => further.findIndex((one) => same(one, cell)) === index);
  const cells = [...wanted, ...extra];
  if (cells.length === 0) cells.push({ platform: null, profile: null });
  return cells.map((cell) => {
    return lineOf(
      row,
      cell,
      shown.filter((one) => same(one.cell, cell)).map(({ outcome }) => outcome),
    );
  });
}

function lineOf(row: TableRow, cell: Cell, outcomes: readonly ScenarioOutcome[]): ReportLine {
  const failed = outcomes.filter(({ problem }) => problem !== null).map(textOf);
  return {
    row: row.id,
    words: row.words,
    ...cell,
    result: outcomes.length === 0 ? 'not shown' : failed.length > 0 ? 'failed' : 'passed',
    seconds: outcomes.reduce((sum, { seconds }) => sum + seconds, 0),
    scenarios: outcomes.length,
    failed: outcomes.length === 0 ? ['no scenario shows it'] : failed,
  };
}
