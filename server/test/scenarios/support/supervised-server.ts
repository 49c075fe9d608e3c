import type { Random } from './random.ts';
import { spawnServer, type ServerOptions, type ServerProcess } from './server-process.ts';
import { pause } from './pause.ts';

/** A server that is started again whenever it dies, as supervisors of services do. */
export interface SupervisedServer extends AsyncDisposable {
  /** Where it is, as soon as it is there. */
  url(): Promise<string>;
  /** Kills it, sometimes the next one too while it starts; resolves when one serves. */
  kill(random: Random): Promise<void>;
  readonly bugs: readonly string[];
}

const DURING_START = 0.2;
const LONGEST_START_MS = 1_500;

export async function superviseServer(options: ServerOptions): Promise<SupervisedServer> {
  const bugs: string[] = [];
  let server: ServerProcess = spawnServer(options);
  await server.serving;
  const replace = async (): Promise<void> => {
    const old = server;
    old.signal('SIGKILL');
    await old.ended;
    bugs.push(...old.bugs);
    server = spawnServer(options);
  };
  return {
    async url() {
      // Whoever asks while one is being killed while it starts gets the next one's.
      for (;;) {
        const asked = server;
        try {
          return await asked.serving;
        } catch (error) {
          if (asked === server) await pause(5);
          if (asked === server && !server.isRunning) throw error;
        }
      }
    },
    async kill(random) {
      await replace();
      while (random.chance(DURING_START)) {
        await pause(random.between(0, LONGEST_START_MS));
        await replace();
      }
      await server.serving;
    },
    get bugs() {
      return [...bugs, ...server.bugs];
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
    },
  };
}
