import { lookAtEach } from './look.fixture.ts';
import { PRICING_SITUATIONS } from './pricing.fixture.ts';

lookAtEach(PRICING_SITUATIONS);
