import { suite } from 'uvu';
import { PATHS } from '../../fleet/console/paths.ts';
import { type AccessWorld, walkForAccess } from './access-walk.ts';

const access = suite<AccessWorld>('test/browser/console-access');
const elsewhere = [PATHS.terminals, PATHS.campaigns, PATHS.configuration];

walkForAccess(
  access,
  'the fleet’s pages and dialogs meet WCAG AA in both themes and need no mouse',
  ({ path }) => !elsewhere.some((page) => path.startsWith(page)),
);

access.run();
