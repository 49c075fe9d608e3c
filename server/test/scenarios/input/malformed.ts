import assert from 'node:assert/strict';
import { openConnection, type RawConnection } from '../../support/raw-http.ts';
import { parseAnswer } from '../support/connection.ts';
import { isLostConnection } from '../support/patient-client.ts';
import { readProblem } from '../support/problem.ts';
import { randomFrom } from '../support/random.ts';
import type { Stage } from '../support/stage.ts';
import { bodyCases, fieldCases, headerCases, methodCases, pathCases } from './cases.ts';
import type { Case, Target } from './cases.ts';
import { describeStored } from './stored.ts';
import { startTarget, type TargetServer } from './target-server.ts';

export interface MalformedSize {
  /** How many connections send at a time. */
  readonly senders: number;
  /** How many of those that staff send, drawn from all of them. */
  readonly staffCases: number;
}

/**
 * Every operation that the server documents is sent everything wrong that its schemas let one think
 * of. Each is answered by a problem with a code, which names the field where there is one, and in
 * the end nothing was stored.
 */
export async function malformed(stage: Stage, size: MalformedSize): Promise<void> {
  await using server = await startTarget(stage);
  const { url, databaseUrl, targets } = server;
  const stored = await describeStored(databaseUrl);

  const ofApp = targets.filter(({ isOfStaff }) => !isOfStaff);
  const cases = [
    ...ofApp.flatMap((target) => [
      ...fieldCases(target),
      ...bodyCases(target),
      ...pathCases(target),
      ...headerCases(target),
    ]),
    ...methodCases(ofApp, server.operations),
    ...drawn(staffCases(server), size.staffCases, stage.seed),
  ];
  stage.say(`${cases.length} malformed requests to ${targets.length} operations`);
  const wrong = await sendAll(url, cases, size.senders);
  assert.deepEqual(wrong.slice(0, 20), [], `${wrong.length} of ${cases.length} answers are wrong`);
  assert.deepEqual(await describeStored(databaseUrl), stored, 'nothing is stored');
  assert.deepEqual(server.bugs, []);
}

/** The same hands take bodies and headers in, whoever sends them. */
function staffCases({ targets, operations }: TargetServer): Case[] {
  const ofStaff = targets.filter(({ isOfStaff }) => isOfStaff);
  const wrong = ofStaff.flatMap((target) => [
    ...fieldCases(target).filter(({ field }) => !isReported(target, field)),
    ...pathCases(target),
  ]);
  return [...wrong, ...methodCases(ofStaff, operations)];
}

/** What is wrong with a line of an import is told of that line, and others are taken. */
function isReported({ operation }: Target, field = ''): boolean {
  return operation.path.startsWith('/admin/v1/inputs/') && field.startsWith('/lines/');
}

function drawn(cases: readonly Case[], most: number, seed: number): Case[] {
  const random = randomFrom(seed);
  const left = [...cases];
  while (left.length > most) left.splice(random.between(0, left.length - 1), 1);
  return left;
}

/** Sends all of them and answers what was wrong about the answers. */
async function sendAll(url: string, cases: readonly Case[], senders: number): Promise<string[]> {
  const waiting = [...cases];
  const wrong: string[] = [];
  const send = async (): Promise<void> => {
    let connection: RawConnection | undefined;
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      connection ??= await openConnection(url);
      const fault = await faultIn(connection, next);
      if (fault === undefined) continue;
      connection.socket.destroy();
      connection = undefined;
      if (fault !== 'closed') wrong.push(`${next.title}: ${fault}`);
    }
    connection?.socket.destroy();
  };
  await Promise.all(Array.from({ length: senders }, send));
  return wrong;
}

/** What is wrong with an answer; `closed` where it is right and was the connection's last. */
async function faultIn(connection: RawConnection, sent: Case): Promise<string | undefined> {
  try {
    connection.send(sent.bytes);
    const answer = parseAnswer(await connection.answer());
    const problem = readProblem(answer);
    assert.ok(sent.statuses.includes(problem.status), `${problem.status} ${problem.code}`);
    if (sent.field !== undefined && problem.status === 400) {
      assert.deepEqual(
        problem.errors?.map(({ field }) => field),
        [sent.field],
      );
    }
    return answer.headers.get('connection') === 'close' || problem.status === 413
      ? 'closed'
      : undefined;
  } catch (error) {
    if (sent.mayBeCut === true && isLostConnection(error)) return 'closed';
    return error instanceof Error ? error.message : String(error);
  }
}
