import type { ChartArrow, ChartDefinition, ChartState } from './chart-definition.ts';

/** A way out of a state that is said in words in its box. */
export interface StateNote {
  readonly to: string;
  /** Short enough for the box. */
  readonly text: string;
  readonly whole: string;
}

/** A state with its box; coordinates are those of the whole picture. */
export interface DrawnState extends ChartState {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly notes: readonly StateNote[];
}

/** An arrow that may stand for several. */
export interface CoveringArrow extends ChartArrow {
  /** The states it leads from. */
  readonly covers: readonly string[];
}

/** An arrow with its line and the place of its words; coordinates are those of the whole picture, px. */
export interface DrawnArrow extends CoveringArrow {
  /** An SVG path. */
  readonly path: string;
  readonly lines: readonly string[];
  readonly labelX: number;
  readonly labelY: number;
}

/** A chart with a place for everything: what the service hands to a browser. */
export interface ChartPicture {
  readonly machine: string;
  readonly width: number;
  readonly height: number;
  readonly states: readonly DrawnState[];
  readonly arrows: readonly DrawnArrow[];
  readonly starts: readonly { readonly x: number; readonly y: number; readonly path: string }[];
  readonly anywhere: ChartDefinition['anywhere'];
}

/** What the layout and the browser must agree on, px. */
export const CHART_LINE = { name: 18, small: 14, indent: 11, baseline: 19 } as const;
