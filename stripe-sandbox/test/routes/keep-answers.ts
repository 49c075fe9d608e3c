import { relative, resolve } from 'node:path';
import { expect, inject } from 'vitest';
import { keepAnswers } from './answered-routes.ts';

const sandbox = resolve(import.meta.dirname, '../..');
const testFile = relative(sandbox, expect.getState().testPath!);
keepAnswers({ folder: inject('answersFolder'), testFile });
