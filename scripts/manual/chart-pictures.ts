import { instance } from '@viz-js/viz';
import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { labelText, mergedArrows, nodeId } from '../chart-arrows.ts';
import { loadMachines } from '../load-machines.ts';

/** Graphviz measures with the widths of Arial, which is narrower than the font that the manual is set in. */
const MEASURED_FONT = 'Arial';
const SHOWN_FONT = 'Noto Sans CJK SC, Noto Sans, sans-serif';
/** What a page of the manual has for a chart. */
const PAGE_POINTS = { width: 500, height: 600 } as const;
/** Labels longer than this are broken after a slash: a wide label pushes the states apart. */
const LABEL_MAX = 34;

const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
const isBox = (node: AnyStateNode): boolean => Object.keys(node.states).length > 0;

/** Graphviz draws arrows between states, not boxes: a box is met at its first inner state and cut off at its border. */
function anchor(node: AnyStateNode): string {
  const [first] = Object.values(node.states);
  return first === undefined ? nodeId(node) : anchor(node.initial.target?.[0] ?? first);
}

function drawState(node: AnyStateNode): string {
  if (!isBox(node)) {
    const shape = node.type === 'final' ? 'peripheries=2' : '';
    return `${quoted(nodeId(node))} [label=${quoted(labelText(node.key))} ${shape}];`;
  }
  const inner = Object.values(node.states).map(drawState);
  const style = node.parent?.type === 'parallel' ? 'rounded,dashed' : 'rounded';
  return `subgraph ${quoted(`cluster_${nodeId(node)}`)} { label=${quoted(labelText(node.key))}; style=${quoted(style)}; ${inner.join(' ')} }`;
}

function broken(labels: readonly string[]): string {
  const lines: string[] = [];
  for (const label of labels) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + label.length < LABEL_MAX) lines[lines.length - 1] = `${last} / ${label}`;
    else lines.push(label);
  }
  return lines.map((line) => line.replaceAll('\\', '\\\\').replaceAll('"', '\\"')).join('\\n');
}

/** A machine in the language of Graphviz. */
function dotOf(machine: AnyStateMachine, direction: 'TB' | 'LR'): string {
  const { root } = machine;
  const states = Object.values(root.states).map(drawState);
  const start = root.initial.target?.map((target) => `start -> ${quoted(anchor(target))};`) ?? [];
  const arrows = mergedArrows(machine).map(({ from, to, labels }) => {
    const ends = [isBox(from) ? `ltail=${quoted(`cluster_${nodeId(from)}`)}` : ''];
    if (isBox(to)) ends.push(`lhead=${quoted(`cluster_${nodeId(to)}`)}`);
    return `${quoted(anchor(from))} -> ${quoted(anchor(to))} [label="${broken(labels)}" ${ends.join(' ')}];`;
  });
  return `digraph { compound=true; rankdir=${direction}; ranksep=0.45; nodesep=0.3; fontname=${quoted(MEASURED_FONT)}; fontsize=11; color="#7a8794";
node [shape=box style="rounded,filled" fillcolor="#eef3f8" color="#34506b" fontname=${quoted(MEASURED_FONT)} fontsize=12 height=0.3];
edge [fontname=${quoted(MEASURED_FONT)} fontsize=10.5 color="#5a6b7b" fontcolor="#333" arrowsize=0.7];
start [shape=circle label="" width=0.15 height=0.15 fixedsize=true fillcolor="#34506b"];
${[...start, ...states, ...arrows].join('\n')} }`;
}

/** How large a drawing can be printed. */
function scaleOnPage(svg: string): number {
  const [, width, height] = (/width="(\d+)pt" height="(\d+)pt"/.exec(svg) ?? []).map(Number);
  return Math.min(PAGE_POINTS.width / (width ?? 1), PAGE_POINTS.height / (height ?? 1));
}

function asShown(svg: string): string {
  return svg
    .replace(/^[\s\S]*?(?=<svg)/, '')
    .replaceAll(`font-family="${MEASURED_FONT}"`, `font-family="${SHOWN_FONT}"`)
    .replaceAll('font-size="10.50"', 'font-size="9"')
    .replaceAll('font-size="12.00"', 'font-size="11"');
}

/** The statechart of every machine as SVG, by the machine's name. */
export async function chartPictures(): Promise<ReadonlyMap<string, () => string>> {
  const graphviz = await instance();
  const machines = await loadMachines();
  return new Map(
    machines.map(({ name, machine }) => {
      const draw = (): string => {
        const [upright = '', lying = ''] = (['TB', 'LR'] as const).map((direction) =>
          graphviz.renderString(dotOf(machine, direction), { format: 'svg' }),
        );
        return asShown(scaleOnPage(upright) >= scaleOnPage(lying) ? upright : lying);
      };
      return [name, draw] as const;
    }),
  );
}
