import { accessSync, constants, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Refusal } from '../refusal.ts';

export interface DirectoryLock {
  release(): void;
}

/** SQLite's own number for "another connection holds the lock". */
const SQLITE_BUSY = 5;
const SQLITE_CANTOPEN = 14;

/** A connection that were collected as garbage would let go of its lock. */
const held = new Set<DatabaseSync>();

/**
 * Takes a folder for this process alone. The lock is one of the operating system on an open file
 * (through SQLite, since Node offers no file locks), so that the kernel releases it at the death of
 * the process, however it dies, and no leftover has to be judged by its age.
 */
export function lockDirectory(directory: string): DirectoryLock {
  const pidFile = join(directory, 'lock.pid');
  const connection = openExclusively(directory, pidFile);
  held.add(connection);
  writeFileSync(pidFile, `${process.pid}\n`);
  return {
    release() {
      if (held.delete(connection)) connection.close();
    },
  };
}

function openExclusively(directory: string, pidFile: string): DatabaseSync {
  const file = join(directory, 'lock.sqlite');
  let connection: DatabaseSync | undefined;
  try {
    connection = new DatabaseSync(file, { timeout: 0 });
    connection.exec(
      'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE',
    );
    // SQLite opens what it may only read, and then shares the lock with everyone.
    accessSync(file, constants.W_OK);
    return connection;
  } catch (error) {
    connection?.close();
    if (sqliteCode(error) === SQLITE_BUSY) {
      throw new Refusal(
        `${directory} is in use by ${describeHolder(pidFile)}. Stop that one first.`,
      );
    }
    if (isForbidden(error)) {
      throw new Refusal(`${directory} cannot be written to by this user.`, { cause: error });
    }
    throw error;
  }
}

function sqliteCode(error: unknown): number | undefined {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
  return typeof code === 'number' ? code & 0xff : undefined;
}

/** The pid is for people to read; that somebody holds the lock is known from the lock alone. */
function describeHolder(pidFile: string): string {
  try {
    const pid = Number(readFileSync(pidFile, 'utf8'));
    if (Number.isSafeInteger(pid) && pid > 0) return `another process (pid ${pid})`;
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  return 'another process';
}

function isMissing(error: unknown): boolean {
  return systemCode(error) === 'ENOENT';
}

function isForbidden(error: unknown): boolean {
  const code = systemCode(error);
  return code === 'EACCES' || code === 'EROFS' || sqliteCode(error) === SQLITE_CANTOPEN;
}

function systemCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
