/** One row of the benchmark: what was measured, held against a peer of the same run and against its budget. */
export interface Figure {
  readonly what: string;
  /** With its unit. */
  readonly value: string;
  /** The peer or limit measured in the same run, with its value; '' where there is none. */
  readonly compared: string;
  /** Value / peer. */
  readonly ratio: number | null;
  /** As the design says it. */
  readonly budget: string;
  /** Null: nothing is promised, the figure is for knowing. */
  readonly met: boolean | null;
  /** Where the figure stands on a chart of growth. */
  readonly grows?: Growth;
}

/** One point of a line that shows how a figure grows. */
export interface Growth {
  /** The line, with its unit. */
  readonly line: string;
  /** What grows, with its unit. */
  readonly over: string;
  readonly size: number;
  readonly value: number;
}

/** The middle value: a loaded machine spoils means, not medians. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which this part of the values lies (nearest rank). */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = Math.min(sorted.length - 1, Math.max(0, Math.ceil(part * sorted.length) - 1));
  return sorted[rank] ?? Number.NaN;
}

/** A duration as the benchmark's tables show it. */
export function milliseconds(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 0)} ms`;
}

/** A size as the benchmark's tables show it; 10^6 bytes. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
