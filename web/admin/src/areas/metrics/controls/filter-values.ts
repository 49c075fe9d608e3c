// pure

/** The values of a filter as the address has them; a comma alone is whoever has none. */
export function valuesIn(text: string | undefined): string[] {
  return text === undefined || text === '' ? [] : [...new Set(text.split(','))];
}

export function valuesText(values: readonly string[]): string | undefined {
  if (values.length === 0) return undefined;
  return values.every((value) => value === '') ? ',' : values.join(',');
}

export type AttributeFilters = ReadonlyMap<string, readonly string[]>;

/** Filters by attributes of users as the address has them: `industry:saas,law;size:`. */
export function attributesIn(text: string | undefined): AttributeFilters {
  const parts = (text ?? '').split(';').filter((part) => part.includes(':'));
  return new Map(
    parts.map((part) => {
      const [key = '', values = ''] = part.split(':');
      return [decoded(key), values.split(',').map(decoded)] as const;
    }),
  );
}

export function attributesText(filters: AttributeFilters): string | undefined {
  const parts = [...filters].flatMap(([key, values]) => {
    const said = values.map(encodeURIComponent).join(',');
    return values.length === 0 ? [] : [`${encodeURIComponent(key)}:${said}`];
  });
  return parts.length === 0 ? undefined : parts.join(';');
}

/** What somebody wrote into the address by hand may be no encoding at all. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
