import { lookAtEach } from './look.fixture.ts';
import { OPERATIONS_SITUATIONS } from './operations.fixture.ts';
import { SITUATIONS } from './situations.fixture.ts';

lookAtEach([...SITUATIONS, ...OPERATIONS_SITUATIONS]);
