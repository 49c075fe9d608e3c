import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { migrate } from '../../server/src/adapters/postgres/index.ts';
import { readCatalog } from './catalog.ts';
import { fingerprintMigrations, headerOf } from './fingerprint.ts';
import { dumpSchema } from './schema-dump.ts';
import { writeTypes } from './schema-types.ts';
import { describeRoles, ROLES_GUIDE } from './roles-guide.ts';
import { withClient, withThrowawaySchema } from './throwaway.ts';

export interface GenerateOptions {
  /** Where the migrations are read. */
  readonly root: string;
  /** Where the files are written, by the same paths as in the repository. */
  readonly targetRoot: string;
  /** A database that may be used for a moment; without one, a Postgres is started for it. */
  readonly databaseUrl?: string | undefined;
}

/** Runs all migrations in an empty schema and writes down what came of it; answers the paths. */
export async function generate(options: GenerateOptions): Promise<string[]> {
  const fingerprint = fingerprintMigrations(readMigrations(options.root));
  const catalog = await withThrowawaySchema(options.databaseUrl, async (place) => {
    await migrate(place);
    return withClient(place.databaseUrl, (client) => readCatalog(client, place.schema));
  });
  const files = new Map([
    ['server/schema.sql', headerOf('--', fingerprint) + '\n' + dumpSchema(catalog)],
    ['server/src/platform/schema.ts', headerOf('//', fingerprint) + '\n' + writeTypes(catalog)],
    [ROLES_GUIDE, describeRoles()],
  ]);
  for (const [path, text] of files) {
    const target = join(options.targetRoot, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
  return [...files.keys()];
}

function readMigrations(root: string): Map<string, string> {
  const folder = join(root, 'server/migrations');
  const names = readdirSync(folder).filter((name) => name.endsWith('.sql'));
  return new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}
