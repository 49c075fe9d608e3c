// pure

const BROWSERS = ['Edg', 'Firefox', 'Chrome', 'Safari'] as const;
const SYSTEMS = ['Windows', 'Android', 'iPhone', 'iPad', 'Mac OS', 'Linux'] as const;
const NAMES: Readonly<Record<string, string>> = { 'Edg': 'Edge', 'Mac OS': 'macOS' };

/** `Firefox on Linux`, out of what the browser says of itself; its own words where that fails. */
export function browserOf(userAgent: string): string {
  const named = (names: readonly string[]): string | undefined => {
    const found = names.find((name) => userAgent.includes(name));
    return found === undefined ? undefined : (NAMES[found] ?? found);
  };
  const browser = named(BROWSERS);
  const system = named(SYSTEMS);
  if (browser === undefined) return userAgent.slice(0, 60) || 'Unknown';
  return system === undefined ? browser : `${browser} on ${system}`;
}
