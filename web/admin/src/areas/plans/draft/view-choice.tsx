import { SegmentedControl } from '@mantine/core';

export type DraftView = 'edit' | 'difference' | 'effects';

const VIEWS: readonly { readonly value: DraftView; readonly label: string }[] = [
  { value: 'edit', label: 'Edit' },
  { value: 'difference', label: 'Difference' },
  { value: 'effects', label: 'Effects' },
];

/** Who may not edit a draft looks at what it would change. */
export function ViewChoice(props: {
  readonly shown: DraftView;
  readonly mayWrite: boolean;
  readonly onChange: (view: DraftView) => void;
}) {
  return (
    <SegmentedControl
      className="draft-views"
      aria-label="What is shown of the draft"
      value={props.shown}
      data={VIEWS.filter(({ value }) => props.mayWrite || value !== 'edit')}
      onChange={(value) => {
        const chosen = VIEWS.find((view) => view.value === value);
        if (chosen !== undefined) props.onChange(chosen.value);
      }}
    />
  );
}
