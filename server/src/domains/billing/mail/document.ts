// pure

/** A part of a mail: both its plain text and its HTML are made from it. */
export type MailPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'facts'; readonly facts: readonly Fact[] }
  | { readonly kind: 'action'; readonly label: string; readonly url: string };

export interface Fact {
  readonly label: string;
  readonly value: string;
}

/** What a template writes: words and facts, none of them marked up or escaped. */
export interface MailDocument {
  readonly subject: string;
  readonly parts: readonly MailPart[];
}

export function text(...sentences: readonly string[]): MailPart {
  return { kind: 'text', text: sentences.join(' ') };
}

/** Rows of a label and what is known under it; those of which nothing is known are left out. */
export function facts(rows: Readonly<Record<string, string | null>>): MailPart {
  return {
    kind: 'facts',
    facts: Object.entries(rows).flatMap(([label, value]) =>
      value === null ? [] : [{ label, value }],
    ),
  };
}

/** A link to act by; nothing where there is no address, or one that is not of the web. */
export function action(label: string, url: string | null): MailPart[] {
  const protocol = url === null ? undefined : URL.parse(url)?.protocol;
  const isOfWeb = protocol === 'https:' || protocol === 'http:';
  return url !== null && isOfWeb ? [{ kind: 'action', label, url }] : [];
}
