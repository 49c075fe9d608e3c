import { mkdirSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { findBinaries } from './binaries.ts';
import { configureCluster, ensureCluster, ensurePassword, SUPERUSER } from './cluster.ts';
import { clearLeftovers } from './leftovers.ts';
import { lockDirectory, type DirectoryLock } from './lock.ts';
import { limitLog, openLog } from './log-file.ts';
import {
  choosePlace,
  clusterDirOf,
  homeOf,
  makeSocketDir,
  socketDirOf,
  type Place,
  type PlaceOptions,
} from './place.ts';
import { choosePort, isPortTaken, rememberPort } from './port.ts';
import { defaultSettings, type Settings } from './settings.ts';
import { Supervisor, type StopMode } from './supervisor.ts';

export interface EmbeddedPostgres {
  /** Through the Unix socket, which costs less for each query. */
  readonly url: string;
  /** The same database for programs that speak TCP only. */
  readonly tcpUrl: string;
  /** The present postmaster's; it changes when that died and was started again. */
  readonly pid: number;
  /** A second call with `immediate` hastens the first. */
  stop(mode?: StopMode): Promise<void>;
}

export interface StartOptions extends PlaceOptions {
  /** This cluster's alone: its password, port and log, and mostly the cluster itself. */
  readonly dataDir: string;
  /** Created if it is missing. */
  readonly database: string;
  readonly settings?: Settings;
}

/** Starts the embedded Postgres on a data folder and keeps it running until it is stopped. */
export async function startPostgres(options: StartOptions): Promise<EmbeddedPostgres> {
  mkdirSync(options.dataDir, { recursive: true });
  const dataDir = realpathSync(options.dataDir);
  const locks = [lockDirectory(dataDir)];
  try {
    const place = await choosePlace(dataDir, options);
    // Two data folders may point to one cluster after somebody copied a folder.
    if (place.home !== dataDir) locks.push(lockDirectory(place.home));
    return await startLocked({ ...options, dataDir }, place, locks);
  } catch (error) {
    releaseAll(locks);
    throw error;
  }
}

async function startLocked(
  options: StartOptions,
  place: Place,
  locks: DirectoryLock[],
): Promise<EmbeddedPostgres> {
  const { dataDir, log = () => undefined } = options;
  const settings = { ...defaultSettings(), ...options.settings };
  const binaries = findBinaries(place.account);
  const password = ensurePassword(dataDir);
  await ensureCluster({ place, binaries, password, durable: settings['fsync'] !== 'off' });

  const logFile = join(dataDir, 'postgres.log');
  openLog(logFile, () => undefined);
  const logLimit = limitLog(logFile, (error) =>
    log(`Could not shorten ${logFile}: ${String(error)}`),
  );
  const supervisor = new Supervisor({ place, binary: binaries.postgres, logFile, log });
  const stop = async (mode: StopMode = 'fast'): Promise<void> => {
    await supervisor.stop(mode);
    logLimit.stop();
    releaseAll(locks);
  };
  try {
    const address = await startOnFreePort({ dataDir, place, settings, supervisor, log });
    await ensureDatabase(urlOf(address, password, 'postgres'), options.database);
    return {
      url: urlOf(address, password, options.database),
      tcpUrl: urlOf({ port: address.port }, password, options.database),
      get pid() {
        return supervisor.pid;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Address {
  readonly port: number;
  readonly socketDir?: string;
}

async function startOnFreePort(options: {
  dataDir: string;
  place: Place;
  settings: Settings;
  supervisor: Supervisor;
  log: (line: string) => void;
}): Promise<Address> {
  const portFile = join(options.dataDir, 'port');
  // Before a port is chosen: what an earlier run left behind still listens on the remembered one.
  await clearLeftovers(clusterDirOf(options.place.home), options.log);
  const socketDir = makeSocketDir(options.place);
  for (let attemptsLeft = 3; ; attemptsLeft--) {
    const port = await choosePort(portFile);
    configureCluster(options.place, {
      ...options.settings,
      listen_addresses: '127.0.0.1',
      port: String(port),
      unix_socket_directories: `"${socketDir}"`,
      unix_socket_permissions: '0700',
    });
    try {
      await options.supervisor.start();
      rememberPort(portFile, port);
      return { port, socketDir };
    } catch (error) {
      // Another program may have taken the port between our look and the start of Postgres.
      if (attemptsLeft === 1 || !(await isPortTaken(port))) throw error;
    }
  }
}

/**
 * The host in front is what URL parsers insist on; drivers (libpq, node-postgres) connect to the
 * folder of the socket that the query names.
 */
function urlOf({ port, socketDir }: Address, password: string, database: string): string {
  const base = `postgresql://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`;
  return socketDir ? `${base}?host=${encodeURIComponent(socketDir)}` : base;
}

async function ensureDatabase(url: string, database: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const found = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
    if (found.rowCount === 0) {
      await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)}`);
    }
  } finally {
    await client.end();
  }
}

function releaseAll(locks: DirectoryLock[]): void {
  for (const lock of locks.splice(0).toReversed()) lock.release();
}

/** Deletes a data folder and the cluster that belongs to it. Refused while a process uses it. */
export async function deletePostgres(dataDir: string): Promise<void> {
  const directory = realpathSync(dataDir);
  const lock = lockDirectory(directory);
  try {
    const home = homeOf(directory);
    await clearLeftovers(clusterDirOf(home), () => undefined);
    await rm(socketDirOf(home), { recursive: true, force: true });
    await rm(home, { recursive: true, force: true });
    await rm(directory, { recursive: true, force: true });
  } finally {
    lock.release();
  }
}
