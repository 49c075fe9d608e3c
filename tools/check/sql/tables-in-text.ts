import { tokensOf } from './tokens.ts';
import type { Token } from './tokens.ts';

/** How a statement uses a table. */
export type TableUse = 'read' | 'write';

export interface TableMention {
  readonly table: string;
  readonly use: TableUse;
  /** Where in the text the table's name begins. */
  readonly offset: number;
}

/** What is known inside one pair of parentheses. */
interface Frame {
  /** Commas separate tables here, as they do after `from`. */
  list: boolean;
  /** A table's name comes next, for this use. */
  awaits: TableUse | undefined;
  /** `from` introduces tables here, and does not belong to `extract(day from x)`. */
  statement: boolean;
}

const statementWords = new Set(['select', 'delete', 'update', 'insert', 'merge', 'with']);
const endWords = new Set(
  (
    'where group order having limit offset fetch union except intersect window returning set ' +
    'select values for when do'
  ).split(' '),
);
const fillers = new Set(['only', 'lateral', 'table']);
/** After these words `update` belongs to a clause: `for update`, `do update`, `then update`. */
const clauseWords = new Set(['for', 'key', 'do', 'then', 'or', 'before', 'after']);

/** Finds the known tables that SQL text names where a table's name may stand. */
export function tablesInText(text: string, known: ReadonlySet<string>): TableMention[] {
  const tokens = tokensOf(text);
  const mentions: TableMention[] = [];
  const frames: Frame[] = [{ list: false, awaits: undefined, statement: true }];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    const frame = frames.at(-1);
    if (token === undefined || frame === undefined) break;
    if (token.text === '(') {
      frames.push({ list: frame.awaits !== undefined, awaits: frame.awaits, statement: false });
      frame.awaits = undefined;
    } else if (token.text === ')') {
      if (frames.length > 1) frames.pop();
    } else if (token.text === ',') {
      if (frame.list) frame.awaits = 'read';
    } else if (token.kind === 'placeholder') {
      frame.statement = true;
      if (tokens[at + 1]?.text !== '.') frame.awaits = undefined;
    } else if (token.kind === 'word') {
      at = readWord(tokens, at, frame, (mention) => {
        if (known.has(mention.table)) mentions.push(mention);
      });
    }
  }
  return mentions;
}

/** Takes in the word at `at` and answers the place of the last token that it used up. */
function readWord(
  tokens: readonly Token[],
  at: number,
  frame: Frame,
  report: (mention: TableMention) => void,
): number {
  const word = tokens[at]?.text ?? '';
  if (frame.awaits !== undefined && fillers.has(word)) return at;
  if (frame.awaits !== undefined && !statementWords.has(word) && !endWords.has(word)) {
    const end = endOfName(tokens, at);
    const isCall = frame.awaits === 'read' && tokens[end + 1]?.text === '(';
    const last = tokens[end];
    if (!isCall && last !== undefined) {
      report({ table: last.text, use: frame.awaits, offset: last.offset });
    }
    frame.awaits = undefined;
    return end;
  }
  if (statementWords.has(word)) frame.statement = true;
  if (endWords.has(word)) frame.list = false;
  frame.awaits = introduces(word, tokens, at, frame);
  if (frame.awaits !== undefined && word !== 'into') frame.list = frame.awaits === 'read';
  return at;
}

/** A name with its qualifiers: `billing.users`, `"billing"."users"`. */
function endOfName(tokens: readonly Token[], at: number): number {
  let end = at;
  while (tokens[end + 1]?.text === '.' && tokens[end + 2]?.kind === 'word') end += 2;
  return end;
}

function introduces(
  word: string,
  tokens: readonly Token[],
  at: number,
  frame: Frame,
): TableUse | undefined {
  const before = tokens[at - 1]?.text ?? '';
  switch (word) {
    case 'from':
      if (before === 'delete') return 'write';
      return frame.statement && before !== 'distinct' ? 'read' : undefined;
    case 'join':
      return 'read';
    case 'using':
      return tokens[at + 1]?.text === '(' && frame.list ? undefined : 'read';
    case 'into':
    case 'truncate':
      return 'write';
    case 'table':
      return before === 'lock' ? 'write' : undefined;
    case 'update':
      return clauseWords.has(before) ? undefined : 'write';
    default:
      return undefined;
  }
}
