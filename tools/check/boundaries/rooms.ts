import type { Finding } from '../finding.ts';
import type { Modules } from '../modules.ts';
import { isTest } from '../tree.ts';
import { builtFolders, partedRooms, roomOf } from './house.ts';

const house = 'tools/check/boundaries/house.ts';

/**
 * Fails when the checks would pass for want of anything to read: no module at all, a room that has
 * disappeared, or a folder that no rule knows.
 */
export function checkRooms(modules: Modules, built: readonly string[] = builtFolders): Finding[] {
  if (modules.size === 0) {
    return [{ path: '.', line: 1, rule: 'read-nothing', message: 'no module was read' }];
  }
  const findings: Finding[] = [];
  const filled = new Set<string>();
  for (const path of modules.keys()) {
    const folder = roomFolder(path);
    if (folder === undefined) {
      findings.push({
        path,
        line: 1,
        rule: 'unknown-room',
        message: `${house} names no such room`,
      });
    } else if (folder !== '' && (!isTest(path) || folder.endsWith('/test'))) {
      filled.add(folder);
    }
  }
  for (const folder of built) {
    if (filled.has(folder)) continue;
    const message = `no module was read in ${folder}; a room that is gone leaves builtFolders`;
    findings.push({ path: house, line: 1, rule: 'empty-room', message });
  }
  for (const folder of filled) {
    if (built.includes(folder)) continue;
    const message = `${folder} has modules; add it to builtFolders`;
    findings.push({ path: house, line: 1, rule: 'unlisted-room', message });
  }
  return findings;
}

/** The room's folder, or the domain's or adapter's where a room is divided. */
function roomFolder(path: string): string | undefined {
  const room = roomOf(path);
  if (room === undefined || (room.name === 'root' && !path.endsWith('.config.ts')))
    return undefined;
  const parts = partedRooms.get(room.name);
  if (parts === undefined) return room.folder;
  const part = parts.find((name) => path.startsWith(`${room.folder}/${name}/`));
  return part === undefined ? undefined : `${room.folder}/${part}`;
}
