import { InvalidArgumentError, type Command } from 'commander';
import { systemClock } from '@whisperforge/kernel/clock';
import { openDatabase } from '../../adapters/postgres/index.ts';
import {
  newSigningKey,
  verifyTrail,
  type ChainEnd,
  type Verification,
} from '../../domains/audit/index.ts';
import type { Database } from '../../platform/database.ts';
import { AppError } from '../../platform/errors.ts';
import { composeAudit, type Audit } from '../compose/audit.ts';
import { readConfig } from '../config.ts';
import { findDatabaseUrl } from '../database-url.ts';
import { createLogger } from '../logger.ts';
import { CLI, counted, parseReason, type CommandContext } from './context.ts';

/** `audit verify`, `audit restored`, `audit key`. */
export function addAuditCommands(program: Command, context: CommandContext): void {
  const audit = program
    .command('audit')
    .description('the proof that the audit trail is as it was written');
  audit
    .command('verify')
    .description(
      'look for edits, deletions, insertions and truncation; ends with 1 if there is any',
    )
    .option(
      '--head <seal:digest>',
      'a seal that was noted elsewhere, as verify prints it',
      parseHead,
    )
    .option('--json', 'print JSON')
    .action((options: VerifyOptions) => verify(options, context));
  audit
    .command('restored')
    .description('sign that the database is another than before, as after a backup came back')
    .requiredOption('--reason <text>', 'why, for those who read the checkpoints', parseReason)
    .action((options: { reason: string }) => acceptRestored(options.reason, context));
  audit
    .command('key')
    .description('make a key for AUDIT_SIGNING_KEY and print it')
    .action(() => context.print(newSigningKey()));
}

interface VerifyOptions {
  readonly head?: ChainEnd;
  readonly json?: boolean;
}

const TRAIL_BROKEN = { code: 'audit_trail_broken', kind: 'conflict' } as const;
const NOTHING_SIGNED = { code: 'audit_nothing_signed', kind: 'conflict' } as const;
const MOST_SHOWN = 20;

async function verify({ head, json }: VerifyOptions, context: CommandContext): Promise<void> {
  await withAudit(context, async (audit, database) => {
    const progress = context.progress?.('Verifying the audit trail');
    const verification = await verifyTrail({
      database,
      checkpoints: audit.checkpoints(),
      ...(head !== undefined && { noted: head }),
      onProgress: (seals) => progress?.tell(`${counted(seals, 'seal')} verified`),
    }).finally(() => progress?.stop('Verified'));
    context.print(json === true ? JSON.stringify(described(verification)) : told(verification));
    const [first] = verification.findings;
    if (first === undefined) return;
    const message = `The audit trail is not as it was written. First: ${first.message}`;
    throw new AppError(TRAIL_BROKEN, { message });
  });
}

async function acceptRestored(reason: string, context: CommandContext): Promise<void> {
  await withAudit(context, async (audit) => {
    const signer = audit.signer();
    if (signer === undefined) {
      throw new AppError(NOTHING_SIGNED, { message: 'Nothing is signed here: there is no key.' });
    }
    const question = 'Sign that what is in the database takes the place of all that was signed?';
    if ((await context.confirm?.(question)) === false) return context.print('Nothing was signed.');
    const { sealNumber } = await signer.restore(reason);
    return context.print(`Signed: the chain goes on from seal ${sealNumber}.`);
  });
}

/** Nothing else of the application is built: the trail can be verified when the rest cannot run. */
async function withAudit(
  context: CommandContext,
  work: (audit: Audit, database: Database) => Promise<void>,
): Promise<void> {
  const config = readConfig(context.env);
  const database = openDatabase({
    url: await findDatabaseUrl(config),
    schema: config.databaseSchema,
    applicationName: 'whisperforge cli',
    maxConnections: 2,
  });
  try {
    const logger = createLogger('silent');
    await work(composeAudit({ config, database, logger, clock: systemClock }), database);
  } finally {
    await database.close();
  }
}

function told(verification: Verification): string {
  const { seals, waiting, retiredThrough, checkpoints, head, findings, found } = verification;
  const lines = [
    `${counted(seals, 'seal')} verified against ${counted(checkpoints, 'checkpoint')}.`,
    ...(retiredThrough > 0 ? [`Seals up to ${retiredThrough} were given up by policy.`] : []),
    ...(waiting > 0 ? [`Not sealed yet: ${waiting}.`] : []),
    `The chain ends at ${head.sealNumber}:${head.digest}`,
    ...findings.slice(0, MOST_SHOWN).map(({ message }) => `- ${message}`),
  ];
  const more = found - Math.min(findings.length, MOST_SHOWN);
  if (more > 0)
    lines.push(`and ${more} more; \`${CLI} audit verify --json\` has the first hundred.`);
  return lines.join('\n');
}

function described(verification: Verification): Record<string, unknown> {
  const { head, findings } = verification;
  return {
    holds: findings.length === 0,
    seals: verification.seals,
    waiting: verification.waiting,
    retired_through: verification.retiredThrough,
    checkpoints: verification.checkpoints,
    head: { seal: head.sealNumber, digest: head.digest },
    found: verification.found,
    findings: findings.map(({ kind, sealNumber, entryId, message }) => ({
      kind,
      seal: sealNumber,
      entry: entryId,
      message,
    })),
  };
}

function parseHead(text: string): ChainEnd {
  const [, seal, digest] = /^([1-9]\d{0,14}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (seal === undefined || digest === undefined) {
    throw new InvalidArgumentError('A head is written as 120:9f86d0…, as verify prints it.');
  }
  return { sealNumber: Number(seal), digest };
}
