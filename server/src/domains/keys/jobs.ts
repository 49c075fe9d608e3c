import type { Job } from '../../platform/jobs.ts';
import type { Answers } from './answers.ts';

const BATCH_ROWS = 1_000;
const MOST_BATCHES = 1_000;

export function keysJobs(answers: Answers): Job[] {
  return [
    {
      name: 'keys_expire_answers',
      schedule: '41 * * * *',
      async run({ signal }) {
        for (let batch = 0; batch < MOST_BATCHES && !signal.aborted; batch += 1) {
          if ((await answers.expire(BATCH_ROWS)) < BATCH_ROWS) return;
        }
      },
    },
  ];
}
