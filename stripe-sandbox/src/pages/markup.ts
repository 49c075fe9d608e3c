/** Text that is HTML already, and goes into a page as it is. */
export interface Markup {
  readonly markup: string;
}

/** What can stand in a template: text is escaped, lists are joined, nothing shows nothing. */
export type Content = Markup | string | number | null | undefined | false | readonly Content[];

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character]!);
}

/** A piece of a page; whatever is put into it is escaped, in attributes as well as between tags. */
export function markup(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  let made = parts[0]!;
  for (const [index, content] of contents.entries()) made += shown(content) + parts[index + 1]!;
  return { markup: made };
}

function shown(content: Content): string {
  if (content === null || content === undefined || content === false) return '';
  if (typeof content === 'string') return escaped(content);
  if (typeof content === 'number') return String(content);
  if ('markup' in content) return content.markup;
  return content.map(shown).join('');
}
