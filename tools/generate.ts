import { resolve } from 'node:path';
import { generate } from './generate/generate.ts';

const root = resolve(import.meta.dirname, '..');
const databaseUrl = process.env['DATABASE_URL'];
const written = await generate({ root, targetRoot: root, databaseUrl });
process.stdout.write(`Wrote ${written.join(' and ')}.\n`);
