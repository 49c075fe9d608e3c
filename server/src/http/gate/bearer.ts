const SCHEME = 'bearer ';

/** What `Authorization: Bearer` carries. */
export function bearer(header: string | undefined): string | undefined {
  if (header === undefined || header.length <= SCHEME.length) return undefined;
  const scheme = header.slice(0, SCHEME.length);
  if (scheme !== 'Bearer ' && scheme.toLowerCase() !== SCHEME) return undefined;
  return header.slice(SCHEME.length).trim();
}
