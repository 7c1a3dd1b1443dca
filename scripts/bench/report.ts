import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import type { Figure, Growth } from './figure.ts';

const BAR_LEFT = 330;
const BAR_WIDTH = 420;
const ROW_HEIGHT = 26;

/** The machine that the figures come from. */
export function machineName(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  return `${model}, ${availableParallelism()} cores, ${memory} GiB, ${platform()} ${release()} ${arch()}, Node ${process.versions.node}`;
}

const verdict = ({ met }: Figure): string => (met === null ? '' : met ? 'met' : '**missed**');
/** `1.36 ×`, `0.0009 ×`. */
const inWords = (value: number): string => `${value.toFixed(Math.abs(value) < 0.01 ? 4 : 2)} ×`;
const ratio = ({ ratio: value }: Figure): string => (value === null ? '' : inWords(value));

/** The figures as lines of a terminal. */
export function asText(figures: readonly Figure[]): string {
  const cells = figures.map((figure) => [
    figure.what,
    figure.value,
    ratio(figure),
    figure.budget,
    verdict(figure).replaceAll('*', ''),
    figure.compared,
  ]);
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The figures as a table of Markdown. */
export function asTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) =>
    [figure.what.trim(), figure.value, figure.compared, ratio(figure), figure.budget, verdict(figure)].join(' | '),
  );
  return ['what | figure | measured beside it | ratio | budget | ', '--- | --- | --- | --- | --- | ---', ...rows]
    .map((row) => `| ${row} |`)
    .join('\n');
}

/** The ratios as bars, one row each, on a scale that doubles: 1 × is the peer of the same run. */
export function asChart(figures: readonly Figure[]): string {
  const bars = figures.flatMap((figure) => (figure.ratio === null ? [] : [{ ...figure, ratio: figure.ratio }]));
  const ends = bars.map((figure) => Math.log2(Math.max(figure.ratio, 1e-6)));
  const least = Math.min(-1, ...ends);
  const most = Math.max(1, ...ends);
  const x = (value: number): number => BAR_LEFT + ((value - least) / (most - least)) * BAR_WIDTH;
  const height = bars.length * ROW_HEIGHT + 40;
  const rows = bars.map((figure, row) => {
    const y = 30 + row * ROW_HEIGHT;
    const end = x(ends[row] ?? 0);
    const colour = figure.met === false ? '#c62828' : figure.met === true ? '#2e7d32' : '#546e7a';
    const from = Math.min(end, x(0));
    return `<text x="${BAR_LEFT - 10}" y="${y + 14}" text-anchor="end">${escaped(figure.what.trim())}</text>
<rect x="${from.toFixed(1)}" y="${y + 3}" width="${Math.max(1.5, Math.abs(end - x(0))).toFixed(1)}" height="15" fill="${colour}"/>
<text x="${(Math.max(end, x(0)) + 6).toFixed(1)}" y="${y + 14}">${inWords(figure.ratio)}</text>`;
  });
  const axis = `<line x1="${x(0).toFixed(1)}" x2="${x(0).toFixed(1)}" y1="24" y2="${height - 10}" stroke="#90a4ae"/>
<text x="${x(0).toFixed(1)}" y="18" text-anchor="middle">1 × the peer of the same run</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${BAR_LEFT + BAR_WIDTH + 70} ${height}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#fff"/>
${axis}
${rows.join('\n')}
</svg>
`;
}

const PANEL = { width: 260, height: 170, gap: 50, left: 56, top: 40 } as const;

/** How figures grow with what grows, a panel for each line; both scales are logarithmic, so that a proportion is a straight line. */
export function asGrowthChart(figures: readonly Figure[]): string {
  const lines = Map.groupBy(
    figures.flatMap(({ grows }) => grows ?? []),
    ({ line }) => line,
  );
  const panels = [...lines].map(([line, points], at) => panel(line, points, at));
  const width = PANEL.left + lines.size * (PANEL.width + PANEL.gap);
  const height = PANEL.top + PANEL.height + 46;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">
<rect width="100%" height="100%" fill="#fff"/>
${panels.join('\n')}
</svg>
`;
}

function panel(line: string, points: readonly Growth[], nth: number): string {
  const left = PANEL.left + nth * (PANEL.width + PANEL.gap);
  const sizes = points.map(({ size }) => Math.log10(size));
  const values = points.map(({ value }) => Math.log10(value));
  const [from, to] = [Math.min(...sizes), Math.max(...sizes)];
  const [low, high] = [Math.floor(Math.min(...values)), Math.ceil(Math.max(...values, Math.min(...values) + 0.01))];
  const x = (size: number): number => left + ((size - from) / Math.max(to - from, 1e-9)) * PANEL.width;
  const y = (value: number): number => PANEL.top + (1 - (value - low) / Math.max(high - low, 1)) * PANEL.height;
  const path = points.map((_, at) => `${x(sizes[at] ?? 0).toFixed(1)},${y(values[at] ?? 0).toFixed(1)}`).join(' ');
  const marks = points.map((point, at) => {
    const [px, py] = [x(sizes[at] ?? 0).toFixed(1), y(values[at] ?? 0)];
    const shown = point.value.toFixed(point.value < 10 ? 2 : 0);
    return `<circle cx="${px}" cy="${py.toFixed(1)}" r="3" fill="#10365f"/>
<text x="${px}" y="${(py - 8).toFixed(1)}" text-anchor="middle">${shown}</text>
<text x="${px}" y="${PANEL.top + PANEL.height + 16}" text-anchor="middle" fill="#546e7a">${point.size.toLocaleString('en')}</text>`;
  });
  return `<text x="${left}" y="20" font-weight="bold">${escaped(line)}</text>
<rect x="${left}" y="${PANEL.top}" width="${PANEL.width}" height="${PANEL.height}" fill="none" stroke="#cfd8dc"/>
<polyline points="${path}" fill="none" stroke="#10365f" stroke-width="1.5"/>
${marks.join('\n')}
<text x="${left + PANEL.width / 2}" y="${PANEL.top + PANEL.height + 36}" text-anchor="middle">${escaped(points[0]?.over ?? '')}</text>`;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
