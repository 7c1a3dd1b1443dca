import { suite } from 'uvu';
import { PATHS } from '../../fleet/console/paths.ts';
import { type AccessWorld, walkForAccess } from './access-walk.ts';

const access = suite<AccessWorld>('test/browser/console-access-terminals');

walkForAccess(access, 'the pages of terminals meet WCAG AA in both themes and need no mouse', ({ path }) =>
  path.startsWith(PATHS.terminals),
);

access.run();
