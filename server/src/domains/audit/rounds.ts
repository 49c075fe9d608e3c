import { AppError } from '../../platform/errors.ts';
import type { Job, Round } from '../../platform/jobs.ts';
import type { Sealer } from './chain/sealer.ts';
import type { Signer } from './checkpoints/signer.ts';
import { CHAIN_CONTRADICTED } from './errors.ts';
import type { Retention } from './retention/retire.ts';

export interface RoundOptions {
  readonly sealer: Sealer;
  /** Undefined where nothing is signed. */
  readonly signer: Signer | undefined;
  /** Told once of each reason for which the chain is not signed any more. */
  readonly onContradiction: (error: AppError) => void;
  /** How long to wait between two checkpoints while entries keep coming. */
  readonly signEveryMs?: number;
}

const SIGN_EVERY_MS = 5_000;
/** What cannot be signed now is seldom signable a moment later. */
const AFTER_CONTRADICTION_MS = 60_000;

/** Seals what is committed, and signs how far that has come. */
export function auditRound(options: RoundOptions): Round {
  const signEveryMs = options.signEveryMs ?? SIGN_EVERY_MS;
  let nextSigningMs = 0;
  let told: string | undefined;
  const sign = async (signer: Signer): Promise<number> => {
    try {
      const signed = await signer.sign();
      if (signed > 0) nextSigningMs = performance.now() + signEveryMs;
      told = undefined;
      return 0;
    } catch (error) {
      if (!isContradiction(error)) throw error;
      nextSigningMs = performance.now() + AFTER_CONTRADICTION_MS;
      if (error.message !== told) options.onContradiction(error);
      told = error.message;
      return 0;
    }
  };
  return {
    name: 'the audit trail',
    async work() {
      const sealed = await options.sealer.seal();
      if (options.signer !== undefined && performance.now() >= nextSigningMs) {
        await sign(options.signer);
      }
      return sealed;
    },
  };
}

function isContradiction(error: unknown): error is AppError {
  return error instanceof AppError && error.code === CHAIN_CONTRADICTED.code;
}

export function auditJobs(retention: Retention): Job[] {
  return [
    {
      name: 'audit_retire',
      schedule: '47 3 * * *',
      async run({ signal }) {
        await retention.retire(signal);
      },
    },
  ];
}
