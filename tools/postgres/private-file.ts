import { chownSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { Account } from './account.ts';

/** Replaces a private file whole: a reader, or a start after a crash, never sees half of it. */
export function replaceFile(path: string, text: string, account?: Account): void {
  const next = `${path}.next`;
  rmSync(next, { force: true });
  // Made anew, never opened: in a folder of the account's, root must not follow a link.
  writeFileSync(next, text, { mode: 0o600, flag: 'wx' });
  if (account) chownSync(next, account.uid, account.gid);
  renameSync(next, path);
}
