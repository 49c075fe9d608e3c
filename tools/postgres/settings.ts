import { totalmem } from 'node:os';

export type Settings = Readonly<Record<string, string>>;

const MEBIBYTE = 1024 * 1024;

/**
 * Writes of the log that return when they are on disk: as durable as a write and a flush, and less
 * than half as long, because the disk is asked once. Linux has them on every file system.
 */
const LOG_WRITES: Settings =
  process.platform === 'linux' ? { wal_sync_method: 'open_datasync' } : {};

/** Durable, and sized for a development machine with two cores. */
export function defaultSettings(): Settings {
  const memoryMiB = Math.floor(totalmem() / MEBIBYTE);
  return {
    // What was acknowledged survives a crash of the machine.
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    ...LOG_WRITES,
    max_connections: '200',
    shared_buffers: `${Math.min(512, Math.max(64, Math.floor(memoryMiB / 8)))}MB`,
    effective_cache_size: `${Math.max(256, Math.floor(memoryMiB / 2))}MB`,
    work_mem: '16MB',
    maintenance_work_mem: '128MB',
    wal_buffers: '16MB',
    min_wal_size: '512MB',
    max_wal_size: '4GB',
    checkpoint_timeout: '15min',
    checkpoint_completion_target: '0.9',
    random_page_cost: '1.1',
    // Compiling a query costs more than any of the short queries here can win back.
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    datestyle: 'iso, ymd',
    lc_messages: 'C',
    password_encryption: 'scram-sha-256',
    logging_collector: 'off',
    log_destination: 'stderr',
    log_line_prefix: '%m [%p] ',
    log_min_messages: 'warning',
    log_checkpoints: 'off',
    log_autovacuum_min_duration: '-1',
  };
}

/** For a cluster whose data nobody misses when the machine crashes: tests and generators. */
export const THROWAWAY: Settings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  checkpoint_timeout: '1h',
};

/** The whole of postgresql.conf. What `ALTER SYSTEM` sets wins over it. */
export function renderSettings(settings: Settings): string {
  const lines = Object.entries(settings).map(
    ([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`,
  );
  return ['# Written anew at each start; use ALTER SYSTEM to change a setting.', ...lines, ''].join(
    '\n',
  );
}

/** Everyone gives a password, on the socket too: other programs of this user are no exception. */
export const CLIENT_AUTHENTICATION = [
  'local all all scram-sha-256',
  'host all all 127.0.0.1/32 scram-sha-256',
  '',
].join('\n');
