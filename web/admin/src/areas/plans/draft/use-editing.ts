import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { problemOf, type Problem } from '../../../api/problem.ts';
import { draftsQuery, saveDraft, type Content, type Draft } from '../../../api/plans/drafts.ts';
import { PLANS } from '../../../api/plans/versions.ts';
import { isSame, mergeChanges } from '../../../forms/merge.ts';
import { differencesOf, type Difference } from '../../../words/differences.ts';

export interface Editing {
  /** As it was read or saved last. */
  readonly saved: Draft;
  readonly content: Content;
  readonly isDirty: boolean;
  readonly isSaving: boolean;
  readonly problem: Problem | null;
  /** What somebody else has made of it meanwhile. */
  readonly conflict: readonly Difference[] | undefined;
  readonly change: (change: Partial<Content>) => void;
  readonly save: (reason: string) => void;
  /** Goes on with what both have changed. */
  readonly goOn: () => void;
  readonly leave: () => void;
  /** Goes on in another draft, with what one has changed on top of what that one says. */
  readonly moveTo: (next: Draft) => void;
  /** Lets go of what is not saved. */
  readonly forget: () => void;
}

const ENDED = 'plan_draft_unknown';

/** A draft under somebody's hands: what they write is theirs until it is saved, and never lost. */
export function useEditing(draft: Draft): Editing {
  const queries = useQueryClient();
  const [saved, setSaved] = useState(draft);
  const [content, setContent] = useState(draft.content);
  const [theirs, setTheirs] = useState<Draft>();
  const isDirty = !isSame(saved.content, content);
  const saving = useMutation({
    mutationFn: (reason: string) =>
      saveDraft(saved.id, { version: saved.version, content, reason }),
    async onSuccess(now) {
      setSaved(now);
      setContent(now.content);
      await queries.invalidateQueries({ queryKey: [PLANS] });
    },
    async onError(thrown) {
      const { isStale, code } = problemOf(thrown);
      if (!isStale && code !== ENDED) return;
      const data = await queries.query({ ...draftsQuery, staleTime: 0 });
      setTheirs(data.find(({ id }) => id === saved.id));
    },
  });
  // What a colleague has saved is taken over where nothing of one's own would be lost.
  const isNewer = draft.id === saved.id && draft.version > saved.version;
  if (isNewer && !isDirty && !saving.isPending) {
    setSaved(draft);
    setContent(draft.content);
  }
  const { error } = saving;
  const problem = useMemo(() => (error === null ? null : problemOf(error)), [error]);
  return {
    saved,
    content,
    isDirty,
    isSaving: saving.isPending,
    problem: theirs === undefined ? problem : null,
    conflict: theirs && differencesOf(saved.content, theirs.content),
    change: (change) => setContent({ ...content, ...change }),
    save: (reason) => saving.mutate(reason),
    goOn() {
      if (theirs === undefined) return;
      setContent(mergeChanges(saved.content, content, theirs.content));
      setSaved(theirs);
      setTheirs(undefined);
      saving.reset();
    },
    leave() {
      setTheirs(undefined);
      saving.reset();
    },
    moveTo(next) {
      setContent(mergeChanges(saved.content, content, { ...next.content }));
      setSaved(next);
      setTheirs(undefined);
      saving.reset();
    },
    forget: () => setContent(saved.content),
  };
}
