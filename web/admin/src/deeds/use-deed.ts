import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { problemOf } from '../api/problem.ts';
import { ask, queryOf } from '../api/request.ts';
import { differencesOf, type Difference } from '../words/differences.ts';
import type { Undo } from '../api/contract/undo.ts';
import type { PreviewAnswer } from './preview.ts';
import { tellDone } from './tell-done.tsx';

/** What is asked of the server, without the reason; with `dry_run` it only says what would be. */
export interface DeedCall {
  readonly method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Whether the path is told what to do by the token of a preview, and where that is asked for. */
  readonly previewPath?: string;
}

/** What a deed is done to, as it was when somebody looked at it. */
export interface DeedSubject {
  readonly version: number;
  /** What the page shows of it, to say what has changed when somebody else was faster. */
  readonly shown: unknown;
  /** Reads it anew, and answers what is shown of it now. */
  readonly refresh: () => Promise<unknown>;
}

interface DeedAnswer {
  /** What the deed has made of it, which its undo names. */
  readonly version?: number;
  readonly undo?: Undo | null;
  readonly status?: string | null;
  /** Where the customer has something left to do. */
  readonly url?: string | null;
}

/**
 * What was asked for when what would be was shown. The page goes on reading its subject anew, and a
 * change by somebody else that it learns of meanwhile is none that whoever confirms has looked at.
 */
interface Looked {
  readonly call: DeedCall;
  readonly subject: DeedSubject;
}

/** A deed on its way: looked at, confirmed with a reason, or met by somebody else's. */
export function useDeed(
  subject: DeedSubject,
  { done, onDone }: { readonly done: string; readonly onDone: () => void },
) {
  const queries = useQueryClient();
  const [conflict, setConflict] = useState<readonly Difference[]>();
  const [looked, setLooked] = useState<Looked>();
  const onFault = async (thrown: Error, { shown }: DeedSubject): Promise<void> => {
    if (problemOf(thrown).isStale) setConflict(differencesOf(shown, await subject.refresh()));
  };
  const looking = useMutation({
    async mutationFn(wanted: DeedCall) {
      setLooked({ call: wanted, subject });
      const { body, previewPath } = wanted;
      if (previewPath !== undefined) return ask<PreviewAnswer>('POST', previewPath, body);
      const tried = { ...body, version: subject.version, reason: 'Preview', dry_run: true };
      return send<PreviewAnswer>(wanted, tried);
    },
    onError: (thrown) => onFault(thrown, subject),
  });
  const doing = useMutation({
    async mutationFn(reason: string) {
      const { call, subject: seen } = looked!;
      const { body, previewPath } = call;
      const token = { preview_token: looking.data?.preview_token };
      const what = previewPath === undefined ? body : token;
      return send<DeedAnswer>(call, { ...what, version: seen.version, reason });
    },
    async onSuccess({ undo, version, status, url }) {
      await queries.invalidateQueries();
      onDone();
      const open = status === 'payment_pending' && url != null ? url : undefined;
      tellDone({ done, undo: undo ?? null, version, openUrl: open, queries });
    },
    onError: (thrown) => onFault(thrown, looked!.subject),
  });
  return {
    preview: looking.data,
    conflict,
    isBusy: looking.isPending || doing.isPending,
    error: conflict === undefined ? (doing.error ?? looking.error) : null,
    look: (wanted: DeedCall): void => looking.mutate(wanted),
    confirm: (reason: string): void => doing.mutate(reason),
    back: (): void => {
      setConflict(undefined);
      looking.reset();
      doing.reset();
    },
  };
}

/** What is deleted is said in the address, and all else in the body. */
function send<T>({ method = 'POST', path }: DeedCall, said: DeedCall['body']): Promise<T> {
  if (method !== 'DELETE') return ask<T>(method, path, said);
  const texts = Object.entries(said).map(([name, value]) => [name, String(value)] as const);
  return ask<T>(method, path + queryOf(Object.fromEntries(texts)));
}
