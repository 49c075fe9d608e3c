import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useMemo, type ReactNode } from 'react';
import { useMay } from '../../../api/session.ts';
import { useOffer } from '../../../shell/view-deeds.ts';

interface Begin {
  readonly mayWrite: boolean;
  readonly button: ReactNode;
}

/** What a list of things that are sold begins with: one more, by a button and in the palette. */
export function useBegin(
  name: string,
  to: '/plans' | '/plans/features' | '/plans/packs' | '/plans/events',
): Begin {
  const navigate = useNavigate();
  const mayWrite = useMay()('plans.write');
  const deed = useMemo(
    () => ({ name, run: (): void => void navigate({ to, search: { deed: 'new' } }) }),
    [name, to, navigate],
  );
  useOffer(useMemo(() => (mayWrite ? [deed] : []), [mayWrite, deed]));
  const button = mayWrite && (
    <Button size="xs" leftSection={<Plus size={14} />} onClick={deed.run}>
      {name}
    </Button>
  );
  return { mayWrite, button };
}
