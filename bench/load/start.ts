import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { FromLoad, LoadOrder, LoadResult, LoadStart, ToLoad } from './order.ts';

export interface LoadHooks {
  onMeasuring?(): void;
  onMeasured?(): void;
  onProgress?(answers: number): void;
}

/** The process that makes the load; one for a whole run, so that it is warm. */
export interface Load {
  run(order: LoadOrder, hooks?: LoadHooks): Promise<LoadResult>;
  stop(): Promise<void>;
}

export async function startLoad(start: LoadStart, signal: AbortSignal): Promise<Load> {
  const child = fork(new URL('./main.ts', import.meta.url), {
    execArgv: ['--conditions=@whisperforge/source'],
    // Keeps typed arrays as they are.
    serialization: 'advanced',
  });
  const exited = once(child, 'exit');
  const send = (message: ToLoad): void => void child.send(message);
  /** Hands the messages on until one of them settles. */
  const converse = <T>(
    first: ToLoad,
    settle: (message: FromLoad, resolve: (value: T) => void) => void,
  ): Promise<T> => {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const onMessage = (message: unknown): void => {
      const said = message as FromLoad;
      if (said.kind === 'failed') reject(new Error(said.message));
      else settle(said, resolve);
    };
    const onExit = (): void => reject(new Error('The process that makes the load has ended.'));
    const onAbort = (): void => reject(signal.reason);
    signal.throwIfAborted();
    child.on('message', onMessage);
    child.once('exit', onExit);
    signal.addEventListener('abort', onAbort);
    send(first);
    return promise.finally(() => {
      signal.removeEventListener('abort', onAbort);
      child.off('message', onMessage);
      child.off('exit', onExit);
    });
  };
  const stop = async (): Promise<void> => {
    if (child.connected) child.disconnect();
    await exited;
  };
  try {
    await converse<void>({ kind: 'start', start }, (_message, resolve) => resolve());
  } catch (fault) {
    await stop();
    throw fault;
  }
  return {
    run: (order, hooks = {}) =>
      converse<LoadResult>({ kind: 'run', order }, (message, resolve) => {
        if (message.kind === 'measuring') hooks.onMeasuring?.();
        if (message.kind === 'measured') hooks.onMeasured?.();
        if (message.kind === 'progress') hooks.onProgress?.(message.answers);
        if (message.kind === 'done') resolve(message.result);
      }),
    stop,
  };
}
