import { BULK_SITUATIONS } from './bulk.fixture.ts';
import { lookAtEach } from './look.fixture.ts';

lookAtEach(BULK_SITUATIONS);
