// pure

/** Whether customers of a history can be known by it; our own are of `accounts`. */
export function isOrigin(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text) && text !== 'accounts';
}

export const ORIGIN_RULE = 'is not a short name such as "acme-2024"; "accounts" is taken';
