import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { drawnAndNoted } from '../../../fleet/console/charts/chart-arrows.ts';
import { chartDefinition } from '../../../fleet/console/charts/chart-definition.ts';
import type { ChartPicture } from '../../../fleet/console/charts/chart-picture.ts';
import { ChartStudio } from '../../../fleet/console/charts/chart-studio.ts';
import { eventWords } from '../../../fleet/console/charts/event-words.ts';
import { litStates } from '../../../fleet/console/inside/lit-states.ts';
import { takenArrow } from '../../../fleet/console/inside/taken-arrow.ts';
import { loadMachines } from '../../../scripts/load-machines.ts';

const charts = suite('fleet/console/charts');
const studio = new ChartStudio();

charts('every way of every machine is a line or a word, and none is both', async () => {
  for (const { name, machine } of await loadMachines()) {
    const definition = chartDefinition(machine);
    const { drawn, notes } = drawnAndNoted(definition);
    for (const { from, to } of definition.arrows) {
      const lines = drawn.filter((arrow) => arrow.to === to && arrow.covers.includes(from));
      const said = [...notes].filter(([id, all]) => {
        return (id === from || from.startsWith(`${id}.`)) && all.some((note) => note.to === to);
      });
      assert.is(lines.length > 0 || said.length > 0, true, `${name}: ${from} → ${to}`);
    }
  }
});

charts('every machine is laid out: boxes lie in the boxes around them, arrows have their paths', async () => {
  for (const { machine } of await loadMachines()) {
    const picture = await studio.picture(machine.id);
    assert.ok(picture !== null, machine.id);
    const boxes = new Map(picture.states.map((state) => [state.id, state]));
    assert.is(boxes.size, chartDefinition(machine).states.length);
    for (const box of picture.states) {
      assert.ok(box.width > 0 && box.height > 0, `${machine.id} ${box.id}`);
      const around = box.parent === null ? undefined : boxes.get(box.parent);
      if (around === undefined) continue;
      assert.ok(box.x >= around.x && box.y >= around.y, `${machine.id} ${box.id}`);
      assert.ok(box.x + box.width <= around.x + around.width, `${machine.id} ${box.id}`);
      assert.ok(box.y + box.height <= around.y + around.height, `${machine.id} ${box.id}`);
    }
    for (const arrow of picture.arrows) assert.match(arrow.path, /^M\d+ \d+L/, `${machine.id} ${arrow.from}`);
  }
});

charts('a machine that does not exist has no picture', async () => {
  assert.is(await studio.picture('toaster'), null);
});

charts('the arrow that a transition took is found by its event and the states before and after', async () => {
  const picture = (await studio.picture('payment')) as ChartPicture;
  const done = 'xstate.done.actor.0.payment.recording';
  const taken = takenArrow(picture, done, litStates('recording'), litStates({ inWindow: 'submitting' }));
  assert.equal([picture.arrows[taken ?? -1]?.from, picture.arrows[taken ?? -1]?.to], ['recording', 'inWindow']);
  assert.is(takenArrow(picture, 'key.enter', litStates('recording'), litStates('settled')), null);
});

charts('events read as words', () => {
  assert.is(eventWords(''), 'always');
  assert.is(eventWords('xstate.after.pollDelay.payment.inWindow'), 'after pollDelay');
  assert.is(eventWords('xstate.after.5000.x'), 'after 5000 ms');
  assert.is(eventWords('xstate.done.actor.cashier'), 'cashier done');
  assert.is(eventWords('xstate.error.actor.0.payment.recording'), 'recording failed');
  assert.is(eventWords('key.enter'), 'key.enter');
});

charts.run();
