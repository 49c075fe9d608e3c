import assert from 'node:assert/strict';
import { formatInstant, systemClock } from '@whisperforge/kernel/clock';
import { randomText } from '@whisperforge/kernel/ids';
import { openDatabase } from '../../../src/adapters/postgres/index.ts';
import { TOKEN_PREFIX } from '../../../src/domains/staff/index.ts';
import { insertMember } from '../../../src/domains/staff/members/store.ts';
import { digestOf, newSecret } from '../../../src/domains/staff/secrets.ts';
import { insertToken } from '../../../src/domains/staff/tokens/store.ts';
import { connectTo } from '../support/connection.ts';
import {
  exampleRequest,
  nameOf,
  readOperations,
  type Examples,
  type Operation,
} from '../support/openapi.ts';
import type { Target } from './cases.ts';

export function isOfStaff({ path }: Operation): boolean {
  return path.startsWith('/admin/');
}

/** Would end the access with which everything after it is asked. */
const ENDS_OWN_ACCESS = ['DELETE /admin/v1/session'];
/** Answers for as long as somebody listens. */
const NEVER_ENDS = ['GET /admin/v1/live'];

function isLeftOut(operation: Operation): boolean {
  const name = nameOf(operation);
  // Files come in pieces, and who is not signed in yet has a gate of their own.
  const isFile = /\/export\.(csv|json|jsonl)$/.test(operation.path);
  return isFile || operation.isPublic || [...ENDS_OWN_ACCESS, ...NEVER_ENDS].includes(name);
}

/** Every operation of staff, asked with the token of an owner, and a proper request for each. */
export async function findStaffTargets(of: {
  readonly url: string;
  readonly databaseUrl: string;
  readonly user: string;
}): Promise<Target[]> {
  const secretKey = await makeOwnersToken(of.databaseUrl);
  const connection = await connectTo(of.url, secretKey);
  const examples = examplesWith(of.user);
  const targets: Target[] = [];
  const refused: string[] = [];
  for (const operation of await readOperations(of.url)) {
    if (!isOfStaff(operation) || isLeftOut(operation)) continue;
    const example = exampleRequest(operation, examples);
    const { status, body } = await connection.send(example);
    // What only a person may do who has proved who they are just now ends at the gate.
    if (status === 403 && (body as { code?: string }).code === 'sign_in_again') continue;
    if (status < 500 && ![400, 401, 403, 415].includes(status)) {
      targets.push({ operation, example, secretKey, isOfStaff: true });
    } else refused.push(`${nameOf(operation)} refused ${JSON.stringify({ example, body })}`);
  }
  connection.cut();
  assert.deepEqual(refused, []);
  return targets;
}

const HOUR_MS = 3_600_000;

async function makeOwnersToken(url: string): Promise<string> {
  const database = openDatabase({ url, schema: 'billing', applicationName: 'scenario staff' });
  try {
    const secret = `${TOKEN_PREFIX}${newSecret()}`;
    const createdMs = systemClock.nowMs();
    const expiresMs = createdMs + HOUR_MS;
    await database.transaction(async (tx) => {
      const email = `${randomText(12)}@example.com`;
      const member = { email, name: 'Somebody', passwordHash: null, createdMs };
      const staffId = await insertMember(tx, { ...member, role: 'owner' });
      assert.ok(staffId !== undefined, 'nobody has that address yet');
      const token = { name: 'scenario', prefix: TOKEN_PREFIX, createdMs, expiresMs };
      const digest = digestOf(secret);
      await insertToken(tx, { ...token, role: 'owner', staffId, digest });
    });
    return secret;
  } finally {
    await database.close();
  }
}

/** What stands in for fields and parameters that a pattern or a check is stricter about. */
function examplesWith(user: string): Examples {
  return (name, { path }) => {
    switch (name) {
      case 'user':
        return user;
      case 'users':
        return [user];
      case 'currency':
        return 'usd';
      case 'expires_at':
      case 'occurred_at':
      case 'until':
      case 'at':
        return formatInstant(systemClock.nowMs() + HOUR_MS);
      case 'feature':
        return path.endsWith('/features') ? 'new_feature' : 'audio_minutes';
      default:
        return undefined;
    }
  };
}
