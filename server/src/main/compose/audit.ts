import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '@whisperforge/kernel/clock';
import {
  auditJobs,
  auditRound,
  auditRoutes,
  createAuditSearch,
  createCheckpoints,
  createRetention,
  createSealer,
  createSigner,
  newSigningKey,
  openCheckpointFile,
  readSigningKeys,
  type Checkpoints,
  type Signer,
} from '../../domains/audit/index.ts';
import type { Database } from '../../platform/database.ts';
import type { Job, Round } from '../../platform/jobs.ts';
import type { Route } from '../../platform/routes.ts';
import type { Config } from '../config.ts';

export interface AuditParts {
  readonly config: Config;
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface Audit {
  /** Undefined where nothing is signed, as before development has made itself a key. */
  checkpoints(): Checkpoints | undefined;
  signer(): Signer | undefined;
  readonly routes: readonly Route[];
  readonly rounds: readonly Round[];
  readonly jobs: readonly Job[];
}

export function composeAudit(parts: AuditParts): Audit {
  const { config, database, clock, logger } = parts;
  let opened: Checkpoints | undefined;
  const open = (makesKey: boolean): Checkpoints | undefined =>
    (opened ??= openCheckpoints(config, makesKey));
  const signer = (makesKey: boolean): Signer | undefined => {
    const checkpoints = open(makesKey);
    return checkpoints && createSigner({ database, clock, checkpoints });
  };
  // Only whoever goes round makes a key, and not every command of an operator.
  const begin = (): Round =>
    auditRound({
      sealer: createSealer({ database, clock }),
      signer: signer(true),
      onContradiction: (err) =>
        logger.error({ err }, 'the audit trail is not what was signed; run `audit verify`'),
    });
  let round: Round | undefined;
  return {
    checkpoints: () => open(false),
    signer: () => signer(false),
    routes: auditRoutes(createAuditSearch({ database, checkpoints: () => open(false) })),
    rounds: [{ name: 'the audit trail', work: (signal) => (round ??= begin()).work(signal) }],
    jobs: retentionJobs(parts, () => open(false)),
  };
}

function retentionJobs(
  { config, database, clock }: AuditParts,
  open: () => Checkpoints | undefined,
): Job[] {
  const { retentionDays: keptDays } = config.audit;
  if (keptDays === undefined) return [];
  return auditJobs({
    async retire(signal) {
      const checkpoints = open();
      if (checkpoints === undefined) return 0;
      return createRetention({ database, clock, checkpoints, keptDays }).retire(signal);
    },
  });
}

function openCheckpoints({ audit }: Config, makesKey: boolean): Checkpoints | undefined {
  const { checkpointFile, signingKeyFile } = audit;
  if (checkpointFile === undefined) return undefined;
  const key = audit.signingKey ?? keptSigningKey(signingKeyFile, makesKey);
  if (key === undefined) return undefined;
  return createCheckpoints({
    log: openCheckpointFile(checkpointFile),
    keys: readSigningKeys(key),
  });
}

/** Development makes a key for itself, beside the database and not in it. */
function keptSigningKey(file: string, makesKey: boolean): string | undefined {
  if (!existsSync(file)) {
    if (!makesKey) return undefined;
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    try {
      writeFileSync(file, `${newSigningKey()}\n`, { mode: 0o600, flag: 'wx' });
    } catch (fault) {
      // Another process was quicker, and its key is as good.
      if (!existsSync(file)) throw fault;
    }
  }
  return readFileSync(file, 'utf8').trim();
}
