import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';

const LOOPBACK = '127.0.0.1';

/** The port of last time, so that a developer's database client keeps working; else a free one. */
export async function choosePort(file: string): Promise<number> {
  const remembered = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  const usable = Number.isInteger(remembered) && remembered > 0 && remembered < 65_536;
  return (usable ? await tryPort(remembered) : undefined) ?? (await anyPort());
}

export function rememberPort(file: string, port: number): void {
  writeFileSync(file, `${port}\n`);
}

export async function isPortTaken(port: number): Promise<boolean> {
  return (await tryPort(port)) === undefined;
}

async function anyPort(): Promise<number> {
  const port = await tryPort(0);
  if (port === undefined) throw new Error(`No free port on ${LOOPBACK}.`);
  return port;
}

async function tryPort(port: number): Promise<number | undefined> {
  const server = createServer();
  server.listen(port, LOOPBACK);
  try {
    await once(server, 'listening');
  } catch {
    return undefined;
  }
  const address = server.address();
  server.close();
  await once(server, 'close');
  return address && typeof address === 'object' ? address.port : undefined;
}
