import { InvalidArgumentError, Option, type Command } from 'commander';
import { formatInstant } from '@whisperforge/kernel/clock';
import { allScopes, isScope, type SecretKey } from '../../domains/keys/index.ts';
import type { Scope } from '../../platform/routes.ts';
import { CLI, operator, table, withApplication, type CommandContext } from './context.ts';

/** `keys create`, `keys list`, `keys revoke`. */
export function addKeysCommands(program: Command, context: CommandContext): void {
  const keys = program.command('keys').description('secret keys of the HTTP API');
  keys
    .command('create')
    .description('make a key and print it: the only time that it can be read')
    .requiredOption('--name <name>', 'what it is for, such as "transcription backend"')
    .addOption(
      new Option('--scopes <scopes>', `any of ${allScopes.join(',')}`)
        .argParser(parseScopes)
        .default(allScopes, 'all of them'),
    )
    .option('--json', 'print JSON')
    .action((options: CreateOptions) => createKey(options, context));
  keys
    .command('list')
    .description('all keys, with their first characters; never the keys themselves')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) => listKeys(options, context));
  keys
    .command('revoke')
    .description('make a key useless within a second, for good')
    .argument('<id>', `the number that \`${CLI} keys list\` shows`, parseId)
    .action((id: number) => revokeKey(id, context));
}

interface CreateOptions {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly json?: boolean;
}

async function createKey(options: CreateOptions, context: CommandContext): Promise<void> {
  await withApplication(context, async ({ keys }, config) => {
    const mode = config.environment === 'production' ? 'live' : 'test';
    const { name, scopes, json } = options;
    const { key, secret } = await keys.create({ name, scopes, mode, actor: operator() });
    context.print(json === true ? JSON.stringify({ ...described(key), secret }) : secret);
  });
}

async function listKeys(options: { json?: boolean }, context: CommandContext): Promise<void> {
  await withApplication(context, async ({ keys }) => {
    const all = await keys.list();
    if (options.json === true) return context.print(JSON.stringify(all.map(described)));
    const rows = all.map((key) => [
      String(key.id),
      `${key.prefix}...`,
      key.name,
      key.scopes.join(','),
      formatInstant(key.createdMs),
      key.revokedMs === null ? 'active' : `revoked ${formatInstant(key.revokedMs)}`,
    ]);
    return context.print(table([['ID', 'KEY', 'NAME', 'SCOPES', 'CREATED', 'STATUS'], ...rows]));
  });
}

async function revokeKey(id: number, context: CommandContext): Promise<void> {
  await withApplication(context, async ({ keys }) => {
    const wanted = (await keys.list()).find((key) => key.id === id && key.revokedMs === null);
    const question = `Revoke key ${id} (${wanted?.prefix}..., ${wanted?.name}) for good?`;
    if (wanted !== undefined && (await context.confirm?.(question)) === false) {
      return context.print('Nothing was changed.');
    }
    const key = await keys.revoke({ id, actor: operator() });
    return context.print(`Key ${key.id} (${key.prefix}..., ${key.name}) is revoked.`);
  });
}

function described(key: SecretKey): Record<string, unknown> {
  return {
    id: key.id,
    name: key.name,
    prefix: key.prefix,
    scopes: key.scopes,
    created_at: formatInstant(key.createdMs),
    revoked_at: key.revokedMs === null ? null : formatInstant(key.revokedMs),
  };
}

function parseScopes(text: string): Scope[] {
  const names = text.split(',').map((name) => name.trim());
  const scopes = names.filter(isScope);
  if (scopes.length === 0 || scopes.length < names.length) {
    throw new InvalidArgumentError(`Scopes are ${allScopes.join(', ')}, separated by commas.`);
  }
  return scopes;
}

function parseId(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text))
    throw new InvalidArgumentError('A key is named by its number.');
  return Number(text);
}
