/** The server as an operator runs it, at a business instant that stands still. */
import { flushCompileCache } from 'node:module';
import { manualClock } from '@whisperforge/kernel/clock';
import { runUntilSignal } from '../../../../src/main/run.ts';
import { serve } from '../../../../src/main/serve.ts';

// Whoever is killed does not keep what it has compiled, as others do when they end.
flushCompileCache();
const clock = manualClock(Number(process.env['SCENARIO_NOW_MS']));
await runUntilSignal((config, logger) => serve(config, { logger, clock }));
