import { createServer, connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';

export interface DatabaseProxy {
  /** The database's address through the proxy. */
  readonly url: string;
  /** As if Postgres had been killed: connections break, and new ones are refused. */
  cut(): Promise<void>;
  restore(): Promise<void>;
  close(): Promise<void>;
}

/** Stands between a server and its database, so that a test can take the database away. */
export async function startDatabaseProxy(databaseUrl: string): Promise<DatabaseProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // A broken connection is the point here.
    socket.on('error', () => undefined);
  };
  const server = createServer((incoming) => {
    const outgoing = connectTo(target);
    keep(incoming);
    keep(outgoing);
    incoming.on('close', () => outgoing.destroy());
    outgoing.on('close', () => incoming.destroy());
    incoming.pipe(outgoing).pipe(incoming);
  });
  const listen = async (port: number): Promise<number> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port was given');
    return address.port;
  };
  const cut = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  const port = await listen(0);
  const url = new URL(databaseUrl);
  url.searchParams.delete('host');
  url.hostname = '127.0.0.1';
  url.port = String(port);
  return {
    url: url.href,
    cut,
    restore: async () => void (await listen(port)),
    close: async () => {
      if (server.listening) await cut();
    },
  };
}

/** By TCP, or by the socket in a folder that the parameter `host` names. */
function connectTo({ hostname, port, searchParams }: URL): Socket {
  const folder = searchParams.get('host');
  if (folder === null) return connect(Number(port), hostname);
  return connect(join(folder, `.s.PGSQL.${searchParams.get('port') ?? port}`));
}
