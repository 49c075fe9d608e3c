import { connectTo, type Connection } from './connection.ts';
import { spawnServer, type ServerOptions, type ServerProcess } from './server-process.ts';

export interface SeveralServers extends AsyncDisposable {
  readonly urls: readonly string[];
  readonly processes: readonly ServerProcess[];
  /** That many connections to each, in turn from one server to the next. */
  connect(connectionsEach: number): Promise<Connection[]>;
}

/** Servers in processes of their own on one database, all started at once. */
export async function startServers(count: number, options: ServerOptions): Promise<SeveralServers> {
  await using starting = new AsyncDisposableStack();
  const processes = Array.from({ length: count }, () => starting.use(spawnServer(options)));
  const urls = await Promise.all(processes.map((process) => process.serving));
  const running = starting.move();
  return {
    urls,
    processes,
    connect: (connectionsEach) =>
      Promise.all(
        Array.from({ length: connectionsEach * count }, (_, index) =>
          connectTo(urls[index % count]!, options.secretKey),
        ),
      ),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
