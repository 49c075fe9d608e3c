import { lookAtEach } from './look.fixture.ts';
import { PLANS_SITUATIONS } from './plans.fixture.ts';

lookAtEach(PLANS_SITUATIONS);
