import { writeFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';

export interface Profiler {
  start(): Promise<void>;
  /** Writes what was seen since the start, to be opened in the developer tools of a browser. */
  stop(file: string): Promise<void>;
}

const INTERVAL_MICROSECONDS = 250;

export function createProfiler(): Profiler {
  const session = new Session();
  return {
    async start() {
      session.connect();
      await session.post('Profiler.enable');
      await session.post('Profiler.setSamplingInterval', { interval: INTERVAL_MICROSECONDS });
      await session.post('Profiler.start');
    },
    async stop(file) {
      const { profile } = await session.post('Profiler.stop');
      session.disconnect();
      await writeFile(file, JSON.stringify(profile));
    },
  };
}
