import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { eventWords } from './event-words.ts';

/** What a state is made of; decides how its box looks. */
export type StateKind = 'atomic' | 'compound' | 'parallel' | 'final' | 'history';

/** One state of a chart. Its id is its path from the root, joined by dots; the root's is empty. */
export interface ChartState {
  readonly id: string;
  /** Id of the state around it; null for the root. */
  readonly parent: string | null;
  readonly name: string;
  readonly kind: StateKind;
  readonly tags: readonly string[];
  /** Ports that run while it lasts. */
  readonly invokes: readonly string[];
  /** Id of the state that it begins in; null for one without. */
  readonly initial: string | null;
  /** Events that act without leaving it. */
  readonly stays: readonly string[];
}

/** An arrow: from a state to another, with all that may lead along it. */
export interface ChartArrow {
  readonly from: string;
  readonly to: string;
  readonly labels: readonly string[];
  /** Types of the events that lead along it, as the machine names them. */
  readonly events: readonly string[];
}

/** What there is to draw of a machine, before anything has a place. */
export interface ChartDefinition {
  readonly machine: string;
  readonly states: readonly ChartState[];
  readonly arrows: readonly ChartArrow[];
  /** What the root reacts to, whatever state it is in. */
  readonly anywhere: readonly { readonly label: string; readonly to: string }[];
}

const idOf = (node: AnyStateNode): string => node.path.join('.');

/** A guard's name; of composed guards the names of their parts. */
function guardName(guard: unknown): string {
  if (typeof guard === 'string') return guard;
  if (typeof guard === 'function') {
    const { guards, check } = guard as { guards?: unknown; check?: unknown };
    const word = typeof check === 'function' ? check.name.replace(/^check/, '').toLowerCase() : '';
    return Array.isArray(guards) ? `${word}(${guards.map(guardName).join(', ')})` : guard.name;
  }
  if (typeof guard === 'object' && guard !== null && 'type' in guard) return String(guard.type);
  return '';
}

/** XState's own ids (`0.payment.recording`) say less than the name of the port that ended. */
function eventLabel(node: AnyStateNode, event: string): string {
  const invoke = node.invoke.find(({ id }) => event.endsWith(`.actor.${id}`));
  if (invoke === undefined) return eventWords(event);
  const name = typeof invoke.src === 'string' ? invoke.src : invoke.id;
  return event.startsWith('xstate.done.') ? `${name} done` : `${name} failed`;
}

interface Way {
  readonly event: string;
  readonly label: string;
  readonly to: readonly AnyStateNode[];
}

function waysOf(node: AnyStateNode): Way[] {
  const listed = [...node.transitions.entries()].flatMap(([event, all]) => all.map((one) => ({ ...one, event })));
  const always = (node.always ?? []).map((one) => ({ ...one, event: '' }));
  return [...listed, ...always].map(({ event, target, guard }) => {
    const when = eventLabel(node, event);
    const condition = guard === undefined ? '' : guardName(guard);
    return { event, label: condition === '' ? when : `${when} [${condition}]`, to: target ?? [] };
  });
}

function stateOf(node: AnyStateNode): ChartState {
  const stays = waysOf(node).filter(({ to }) => to.length === 0);
  return {
    ...{ id: idOf(node), parent: node.parent === undefined ? null : idOf(node.parent), name: node.key },
    ...{ kind: node.type, tags: [...node.tags] },
    invokes: node.invoke.map(({ src, id }) => (typeof src === 'string' ? src : id)),
    initial: node.type === 'compound' ? ((node.initial.target ?? []).map(idOf)[0] ?? null) : null,
    stays: [...new Set(stays.map(({ label }) => label))],
  };
}

function nodesOf(node: AnyStateNode): AnyStateNode[] {
  return [node, ...Object.values(node.states).flatMap(nodesOf)];
}

function arrowsOf(nodes: readonly AnyStateNode[]): ChartArrow[] {
  const merged = new Map<string, { from: string; to: string; labels: Set<string>; events: Set<string> }>();
  for (const node of nodes) {
    for (const { event, label, to } of waysOf(node)) {
      for (const target of to) {
        const [from, id] = [idOf(node), idOf(target)];
        const key = `${from}>${id}`;
        const arrow = merged.get(key) ?? { from, to: id, labels: new Set(), events: new Set() };
        merged.set(key, arrow);
        arrow.labels.add(label);
        arrow.events.add(event);
      }
    }
  }
  return [...merged.values()].map(({ from, to, labels, events }) => {
    return { from, to, labels: [...labels], events: [...events] };
  });
}

/** What there is to draw of a machine: from its definition alone. Same machine, same answer. */
export function chartDefinition(machine: AnyStateMachine): ChartDefinition {
  const nodes = nodesOf(machine.root);
  const ways = waysOf(machine.root).flatMap(({ label, to }) => to.map((target) => ({ label, to: idOf(target) })));
  return {
    machine: machine.id,
    states: nodes.map(stateOf),
    arrows: arrowsOf(nodes.slice(1)),
    anywhere: ways,
  };
}
