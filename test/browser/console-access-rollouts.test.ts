import { suite } from 'uvu';
import { PATHS } from '../../fleet/console/paths.ts';
import { type AccessWorld, walkForAccess } from './access-walk.ts';

const access = suite<AccessWorld>('test/browser/console-access-rollouts');
const mine = [PATHS.campaigns, PATHS.configuration];

walkForAccess(
  access,
  'the pages and dialogs of upgrades and configuration meet WCAG AA in both themes and need no mouse',
  ({ path }) => mine.some((page) => path.startsWith(page)),
);

access.run();
