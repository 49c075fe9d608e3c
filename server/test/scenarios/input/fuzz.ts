import assert from 'node:assert/strict';
import fc from 'fast-check';
import { connectTo } from '../support/connection.ts';
import { nameOf } from '../support/openapi.ts';
import { readProblem } from '../support/problem.ts';
import type { Stage } from '../support/stage.ts';
import { randomBodies } from './random-bodies.ts';
import { startTarget } from './target-server.ts';

export interface FuzzSize {
  /** Random bodies for each operation that takes one. */
  readonly bodies: number;
  /** The same for each operation of staff, of which there are many. */
  readonly staffBodies: number;
}

/**
 * Random JSON as the body of every operation: from wild values to proper bodies with a few wild
 * fields. Whatever comes is answered, by a problem or, where it happens to be right, by a yes; the
 * server has no fault of its own.
 */
export async function fuzz(stage: Stage, size: FuzzSize): Promise<void> {
  await using server = await startTarget(stage);
  const tried = { answered: 0, taken: 0 };
  const faults: string[] = [];
  for (const target of server.targets) {
    if (target.operation.body === undefined) continue;
    const connection = await connectTo(server.url, target.secretKey);
    const property = fc.asyncProperty(randomBodies(target), async (body) => {
      const answer = await connection.send({ ...target.example, body });
      tried.answered += 1;
      if (answer.status === 200) tried.taken += 1;
      else readProblem(answer);
      assert.ok(answer.status < 500, `${nameOf(target.operation)}: ${answer.status}`);
    });
    const numRuns = target.isOfStaff ? size.staffBodies : size.bodies;
    const run = await fc.check(property, { seed: stage.seed | 0, numRuns });
    if (run.failed) faults.push(fc.defaultReportMessage(run) ?? nameOf(target.operation));
    connection.cut();
  }
  stage.say(`${tried.answered} random bodies, of which ${tried.taken} were right`);
  assert.deepEqual(faults, []);
  assert.ok(tried.taken > 0 && tried.taken < tried.answered, 'some are right and some are not');
  assert.deepEqual(server.bugs, []);
}
