import { spawnSync } from 'node:child_process';
import { Refusal } from '../refusal.ts';

/** The operating system account that Postgres runs under. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Postgres refuses to run as root, so that a root user runs it as `name`, created if it is missing.
 * Anyone else runs it as themselves, which is what `undefined` means everywhere in this folder.
 */
export function findAccount(name = 'postgres'): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return lookUp(name) ?? create(name);
}

function lookUp(name: string): Account | undefined {
  const uid = spawnSync('id', ['-u', name], { encoding: 'utf8' });
  const gid = spawnSync('id', ['-g', name], { encoding: 'utf8' });
  if (uid.status !== 0 || gid.status !== 0) return undefined;
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

function create(name: string): Account {
  const failures = [
    run('groupadd', ['--system', name]),
    run('useradd', ['--system', '--gid', name, '--no-create-home', '--shell', '/bin/false', name]),
  ];
  const account = lookUp(name);
  if (account) return account;
  throw new Refusal(
    `Postgres cannot run as root, and the account "${name}" could not be created ` +
      `(${failures.filter(Boolean).join('; ')}). Create it, or start as an ordinary user.`,
  );
}

function run(command: string, args: string[]): string {
  const result = spawnSync(command, args, { encoding: 'utf8' });
  if (result.status === 0) return '';
  return `${command}: ${result.error?.message ?? result.stderr.trim()}`;
}

/**
 * Whether the account can read every one of these files and enter every one of these folders.
 * The kernel is asked, under that account, because modes alone say nothing of ACLs and mounts.
 */
export function canReach(account: Account | undefined, paths: readonly string[]): boolean {
  if (!account) return true;
  const script =
    'for p do if [ -d "$p" ]; then cd "$p" || exit 1; else [ -r "$p" ] || exit 1; fi; done';
  const probe = spawnSync('/bin/sh', ['-c', script, 'sh', ...paths], {
    ...account,
    cwd: '/',
    stdio: 'ignore',
  });
  return probe.status === 0;
}
