import { Button } from '@mantine/core';

export interface MoreToShow {
  readonly isBusy: boolean;
  readonly load: () => void;
}

/** Under a list that goes on. */
export function More({ of }: { readonly of: MoreToShow | undefined }) {
  if (of === undefined) return null;
  return (
    <Button variant="default" mt="sm" size="xs" loading={of.isBusy} onClick={of.load}>
      Show more
    </Button>
  );
}
