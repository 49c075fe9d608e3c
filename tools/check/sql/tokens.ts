/** Stands where a template had an expression; no table is called so. */
export const placeholder = '$0';

export interface Token {
  readonly kind: 'word' | 'mark' | 'placeholder';
  /** Lower case, and without the quotes of an identifier. */
  readonly text: string;
  readonly offset: number;
}

const forms = [
  String.raw`(?<skip>--[^\n]*|\/\*[\s\S]*?\*\/|[eE]?'(?:[^']|'')*'|\s+)`,
  String.raw`(?<placeholder>\$0)`,
  String.raw`"(?<quoted>[^"]+)"`,
  String.raw`(?<word>[a-z_][\w$]*)`,
  String.raw`(?<mark>[\s\S])`,
];
const token = new RegExp(forms.join('|'), 'gi');

/** Words and marks of SQL; comments and string constants are left out. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(token)) {
    const groups = match.groups ?? {};
    const offset = match.index;
    if (groups['placeholder'] !== undefined) {
      tokens.push({ kind: 'placeholder', text: placeholder, offset });
    } else if (groups['quoted'] !== undefined) {
      tokens.push({ kind: 'word', text: groups['quoted'], offset });
    } else if (groups['word'] !== undefined) {
      tokens.push({ kind: 'word', text: groups['word'].toLowerCase(), offset });
    } else if (groups['mark'] !== undefined) {
      tokens.push({ kind: 'mark', text: groups['mark'], offset });
    }
  }
  return tokens;
}
