import { runUntilSignal } from './run.ts';
import { serve } from './serve.ts';

// The same process without the API, whatever ROLE says.
if (import.meta.main) {
  await runUntilSignal((config, logger) => serve({ ...config, role: 'worker' }, { logger }));
}
