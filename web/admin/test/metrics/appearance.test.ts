import { lookAtEach } from '../look.fixture.ts';
import { METRICS_SITUATIONS } from './situations.fixture.ts';

lookAtEach(METRICS_SITUATIONS);
