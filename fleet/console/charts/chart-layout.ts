import type { ElkExtendedEdge, ElkNode, LayoutOptions } from 'elkjs/lib/elk-api.js';
import { drawnAndNoted, isWithin } from './chart-arrows.ts';
import type { ChartArrow, ChartDefinition, ChartState } from './chart-definition.ts';
import { CHART_LINE, type ChartPicture, type CoveringArrow, type DrawnArrow, type StateNote } from './chart-picture.ts';

/** Widths of a monospaced letter, so that a box made here fits the text that a browser draws. */
const NAME_LETTER = 7.3;
const SMALL_LETTER = 6.1;
const LABEL_LINES_MAX = 5;
const START_DOT = 10;
const FRAME_PADDING = 14;
const LEAF_WIDTH_MIN = 44;

const LAYERED: LayoutOptions = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.edgeRouting': 'ORTHOGONAL',
  // Placing by network simplex is a little narrower and takes five times as long.
  'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF',
  'elk.layered.cycleBreaking.strategy': 'DEPTH_FIRST',
  'elk.layered.spacing.nodeNodeBetweenLayers': '26',
  'elk.layered.spacing.edgeNodeBetweenLayers': '12',
  'elk.spacing.nodeNode': '22',
  'elk.spacing.edgeNode': '14',
  'elk.spacing.edgeEdge': '10',
  'elk.spacing.edgeLabel': '4',
};
/** Boxes side by side in rows. */
const PACKED: LayoutOptions = {
  'elk.algorithm': 'rectpacking',
  'elk.spacing.nodeNode': '16',
  'elk.aspectRatio': '1.6',
  'elk.hierarchyHandling': 'SEPARATE_CHILDREN',
};
const ROOT_COORDINATES: LayoutOptions = { 'elk.json.shapeCoords': 'ROOT', 'elk.json.edgeCoords': 'ROOT' };
const TOGETHER: LayoutOptions = { 'elk.hierarchyHandling': 'INCLUDE_CHILDREN' };

/** Finds places for everything of a graph. */
export type Layout = (graph: ElkNode) => Promise<ElkNode>;

/** What is to be placed. */
interface Drawing {
  readonly definition: ChartDefinition;
  readonly arrows: readonly CoveringArrow[];
  readonly notes: ReadonlyMap<string, readonly StateNote[]>;
}

/** The chart with a place for everything. @throws what the layout throws: a bug */
export async function layOutChart(definition: ChartDefinition, layout: Layout): Promise<ChartPicture> {
  const root = definition.states.find(({ parent }) => parent === null);
  if (root === undefined) throw new RangeError(`${definition.machine} has no root`);
  const { drawn, notes } = drawnAndNoted(definition);
  const drawing = { definition, arrows: drawn, notes };
  const graph = elkNode(drawing, root, true);
  placeArrows(graph, drawn);
  const placed = await layout({ ...graph, layoutOptions: { ...graph.layoutOptions, ...ROOT_COORDINATES } });
  return pictureOf(drawing, placed);
}

function elkNode(drawing: Drawing, state: ChartState, startsLayers: boolean): ElkNode {
  const { definition, notes } = drawing;
  const children = definition.states.filter(({ parent }) => parent === state.id);
  const lines = [...state.invokes.map((name) => `⟳ ${name}`), ...(notes.get(state.id) ?? []).map(({ text }) => text)];
  const size = boxSize(state, lines);
  if (children.length === 0) return { id: state.id, ...size };
  const packed = isPacked(drawing, state, children);
  const hasStart = state.initial !== null;
  const startOptions = { 'elk.layered.layering.layerConstraint': 'FIRST' };
  const start = { id: `${state.id} start`, width: START_DOT, height: START_DOT, layoutOptions: startOptions };
  return {
    id: state.id,
    layoutOptions: {
      ...(packed ? PACKED : { ...LAYERED, ...(startsLayers && TOGETHER) }),
      'elk.padding': `[top=${size.height + 6},left=${FRAME_PADDING},bottom=${FRAME_PADDING},right=${FRAME_PADDING}]`,
      'elk.nodeSize.constraints': 'MINIMUM_SIZE',
      'elk.nodeSize.minimum': `(${size.width + FRAME_PADDING}, ${size.height})`,
    },
    // What is packed lies in layers of its own; everything else shares one layering, so that arrows can cross frames.
    children: [...(hasStart ? [start] : []), ...children.map((child) => elkNode(drawing, child, packed))],
    ...(state.initial !== null && {
      edges: [{ id: `${state.id} begins`, sources: [start.id], targets: [state.initial] }],
    }),
  };
}

/** Regions that no arrow enters or leaves can be packed like tiles. */
function isPacked({ arrows }: Drawing, { kind }: ChartState, children: readonly ChartState[]): boolean {
  if (kind !== 'parallel') return false;
  return children.every(({ id }) => arrows.every(({ from, to }) => isWithin(from, id) === isWithin(to, id)));
}

function boxSize({ name, kind }: ChartState, lines: readonly string[]): { width: number; height: number } {
  const widest = Math.max(name.length * NAME_LETTER, ...lines.map((line) => line.length * SMALL_LETTER));
  return {
    width: Math.ceil(Math.max(LEAF_WIDTH_MIN, widest + 2 * CHART_LINE.indent + (kind === 'final' ? 8 : 0))),
    height: CHART_LINE.name + 10 + lines.length * CHART_LINE.small,
  };
}

function labelLines(labels: readonly string[]): string[] {
  if (labels.length <= LABEL_LINES_MAX) return [...labels];
  return [...labels.slice(0, LABEL_LINES_MAX - 1), `+ ${labels.length - LABEL_LINES_MAX + 1}`];
}

function elkEdge(arrow: ChartArrow, index: number): ElkExtendedEdge {
  const lines = labelLines(arrow.labels);
  const width = Math.ceil(Math.max(...lines.map((line) => line.length)) * SMALL_LETTER) + 8;
  return {
    id: `arrow ${index}`,
    sources: [arrow.from],
    targets: [arrow.to],
    labels: [{ id: `label ${index}`, text: lines.join('\n'), width, height: lines.length * CHART_LINE.small }],
  };
}

/** Puts each arrow into the innermost frame around both its ends, where the layout looks for it. */
function placeArrows(root: ElkNode, arrows: readonly ChartArrow[]): void {
  const byId = new Map<string, ElkNode>();
  const visit = (node: ElkNode): void => {
    byId.set(node.id, node);
    node.children?.forEach(visit);
  };
  visit(root);
  for (const [index, arrow] of arrows.entries()) {
    const from = arrow.from.split('.');
    const to = arrow.to.split('.');
    const shortest = Math.min(from.length, to.length) - 1;
    let depth = 0;
    while (depth < shortest && from[depth] === to[depth]) depth += 1;
    const around = byId.get(from.slice(0, depth).join('.')) ?? root;
    (around.edges ??= []).push(elkEdge(arrow, index));
  }
}

const whole = (value: number | undefined): number => Math.round(value ?? 0);

function pictureOf({ definition, arrows, notes }: Drawing, placed: ElkNode): ChartPicture {
  const boxes = new Map<string, ElkNode>();
  const edges = new Map<string, ElkExtendedEdge>();
  const visit = (node: ElkNode): void => {
    boxes.set(node.id, node);
    for (const edge of node.edges ?? []) edges.set(edge.id, edge);
    node.children?.forEach(visit);
  };
  visit(placed);
  const boxOf = (id: string) => {
    const { x, y, width, height } = boxes.get(id) ?? {};
    return { x: whole(x), y: whole(y), width: whole(width), height: whole(height) };
  };
  const begun = definition.states.filter(({ initial }) => initial !== null);
  return {
    ...{ machine: definition.machine, width: whole(placed.width), height: whole(placed.height) },
    states: definition.states.map((state) => ({ ...state, ...boxOf(state.id), notes: notes.get(state.id) ?? [] })),
    arrows: arrows.map((arrow, index): DrawnArrow => {
      const edge = edges.get(`arrow ${index}`);
      const label = edge?.labels?.[0];
      const place = { labelX: whole(label?.x), labelY: whole(label?.y) };
      return { ...arrow, ...place, path: pathOf(edge), lines: label?.text?.split('\n') ?? [] };
    }),
    starts: begun.map(({ id }) => {
      const { x, y } = boxOf(`${id} start`);
      return { x: x + START_DOT / 2, y: y + START_DOT / 2, path: pathOf(edges.get(`${id} begins`)) };
    }),
    anywhere: definition.anywhere,
  };
}

function pathOf(edge: ElkExtendedEdge | undefined): string {
  return (edge?.sections ?? [])
    .flatMap(({ startPoint, bendPoints = [], endPoint }) => [startPoint, ...bendPoints, endPoint])
    .map(({ x, y }, at) => `${at === 0 ? 'M' : 'L'}${whole(x)} ${whole(y)}`)
    .join('');
}
