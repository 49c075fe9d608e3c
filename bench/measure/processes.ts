import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

/** Ticks of the accounting that `/proc` shows, 100 a second on every Linux that Node runs on. */
const MS_PER_TICK = 10;
const NS_PER_MS = 1_000_000;

/** CPU time of Postgres at a moment. */
export interface PostgresCpu {
  /** Of the postmaster and of every process of its that runs, to the nanosecond. */
  readonly runningMs: ReadonlyMap<number, number>;
  /** Of those that have ended and were waited for (`cutime` and `cstime`), in ticks. */
  readonly endedMs: number;
}

export function postgresCpu(postmasterPid: number): PostgresCpu {
  const runningMs = new Map([[postmasterPid, runningCpuMs(postmasterPid)]]);
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || parentOf(pid) !== postmasterPid) continue;
    runningMs.set(pid, runningCpuMs(pid));
  }
  return { runningMs, endedMs: endedChildrenCpuMs(postmasterPid) };
}

/**
 * CPU time between two moments. What a process had used before it ended is taken from the ticks
 * that came for it; those are coarser, so that what is left of them is nothing at the least.
 */
export function postgresCpuBetween(before: PostgresCpu, after: PostgresCpu): number {
  let cpuMs = 0;
  for (const [pid, ms] of after.runningMs) {
    cpuMs += Math.max(0, ms - (before.runningMs.get(pid) ?? 0));
  }
  let endedMs = after.endedMs - before.endedMs;
  for (const [pid, ms] of before.runningMs) if (!after.runningMs.has(pid)) endedMs -= ms;
  return cpuMs + Math.max(0, endedMs);
}

/** Postgres's processes have one thread each. */
function runningCpuMs(pid: number): number {
  const text = readIfThere(`/proc/${pid}/schedstat`);
  return text === undefined ? 0 : Number(text.split(' ')[0]) / NS_PER_MS;
}

/** CPU time of a process with all its threads, those that have ended too; to a tick. */
export function processCpuMs(pid: number): number {
  const fields = statOf(pid);
  return (Number(fields?.[11] ?? 0) + Number(fields?.[12] ?? 0)) * MS_PER_TICK;
}

function endedChildrenCpuMs(pid: number): number {
  const fields = statOf(pid);
  return (Number(fields?.[13] ?? 0) + Number(fields?.[14] ?? 0)) * MS_PER_TICK;
}

export function parentOf(pid: number): number | undefined {
  const parent = statOf(pid)?.[1];
  return parent === undefined ? undefined : Number(parent);
}

/** The fields after the name, which stands in brackets and may hold blanks: the state is first. */
function statOf(pid: number): string[] | undefined {
  const text = readIfThere(`/proc/${pid}/stat`);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** Starts the peak of a process's memory anew. */
export function resetPeakMemory(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** The most that a process has had in memory at once, since the last reset. */
export function peakMemoryMiB(pid: number): number {
  const status = readIfThere(`/proc/${pid}/status`) ?? '';
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1_024;
}

/** A process may end between being listed and being read. */
function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && isGone(error.code)) return undefined;
    throw error;
  }
}

function isGone(code: unknown): boolean {
  return code === 'ENOENT' || code === 'ESRCH';
}
