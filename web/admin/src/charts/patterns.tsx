/** How series are told apart without colours: each has a fill, a stroke and a mark of its own. */
export const LOOKS = ['one', 'two', 'three', 'four', 'five', 'six'] as const;

export type Look = (typeof LOOKS)[number];

/** Dashes of lines, by look. */
export const DASHES: Readonly<Record<Look, string | undefined>> = {
  one: undefined,
  two: '7 4',
  three: '2 3',
  four: '10 3 2 3',
  five: '1 5',
  six: '12 6',
};

/** Fills for one drawing; `id` keeps those of several apart. */
export function Patterns(props: { readonly id: string }) {
  return (
    <defs>
      {LOOKS.map((look) => (
        <pattern
          key={look}
          id={`${props.id}-${look}`}
          width={8}
          height={8}
          patternUnits="userSpaceOnUse"
        >
          <rect className={`fill ${look}`} width={8} height={8} />
          <path className="hatch" d={HATCHES[look]} />
        </pattern>
      ))}
    </defs>
  );
}

const HATCHES: Readonly<Record<Look, string>> = {
  one: '',
  two: 'M-2 2L2 -2M0 8L8 0M6 10L10 6',
  three: 'M0 4H8',
  four: 'M-2 6L2 10M0 0L8 8M6 -2L10 2',
  five: 'M4 0V8',
  six: 'M0 4H8M4 0V8',
};

export function fillOf(id: string, look: Look): string {
  return `url(#${id}-${look})`;
}
