import { Visitor } from 'oxc-parser';
import type { Expression, TemplateLiteral } from 'oxc-parser';
import type { Module } from '../modules.ts';
import { looksLikeSql } from './statements.ts';
import { placeholder } from './tokens.ts';

/** SQL that a module holds: text of its own, or a call of the query builder that names a table. */
export interface SqlSighting {
  readonly line: number;
  readonly what: string;
  /** Text to search for tables, or the table's name where a builder is called. */
  readonly text: string;
  readonly builderUse: 'read' | 'write' | undefined;
  /** Strings that merely may hold a piece of SQL count in stores and nowhere else. */
  readonly certain: boolean;
}

const builderReads = new Set([
  'selectFrom',
  'innerJoin',
  'leftJoin',
  'rightJoin',
  'fullJoin',
  'crossJoin',
  'innerJoinLateral',
  'leftJoinLateral',
  'using',
  'from',
]);
const builderWrites = new Set([
  'insertInto',
  'updateTable',
  'deleteFrom',
  'mergeInto',
  'replaceInto',
]);
/** Calls that only a query builder has; the others count when a table is named. */
const builderEntries = new Set(['selectFrom', ...builderWrites, 'executeQuery', 'withSchema']);

export function findSql(module: Module): SqlSighting[] {
  const sightings: SqlSighting[] = [];
  const inTag = new Set<TemplateLiteral>();
  const add = (offset: number, sighting: Omit<SqlSighting, 'line'>): void => {
    sightings.push({ line: module.lineAt(offset), ...sighting });
  };
  new Visitor({
    TaggedTemplateExpression(node) {
      if (!isSqlTag(node.tag)) return;
      inTag.add(node.quasi);
      const text = templateText(node.quasi);
      add(node.start, { what: 'sql`...`', text, builderUse: undefined, certain: true });
    },
    TemplateLiteral(node) {
      if (inTag.has(node)) return;
      addText(node.start, templateText(node));
    },
    Literal(node) {
      if (typeof node.value === 'string') addText(node.start, node.value);
    },
    CallExpression(node) {
      const callee = node.callee;
      if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return;
      const method = callee.property.name;
      if (isSqlTag(callee.object) && ['raw', 'table', 'ref', 'id'].includes(method)) {
        for (const text of literalTexts(node.arguments[0])) {
          const builderUse = method === 'table' ? 'read' : undefined;
          add(node.start, { what: `sql.${method}()`, text, builderUse, certain: true });
        }
        return;
      }
      const builderUse = builderWrites.has(method) ? 'write' : 'read';
      if (!builderReads.has(method) && !builderEntries.has(method)) return;
      const certain = builderEntries.has(method);
      const texts = literalTexts(node.arguments[0]).map((text) => text.split(/\s/)[0] ?? '');
      for (const text of texts) add(node.start, { what: `${method}()`, text, builderUse, certain });
      if (texts.length === 0 && certain) {
        add(node.start, { what: `${method}()`, text: '', builderUse: undefined, certain });
      }
    },
  }).visit(module.program);
  return sightings;

  function addText(offset: number, text: string): void {
    const certain = looksLikeSql(text);
    if (!certain && !/\b(from|join|into|update|using|table)\b/i.test(text)) return;
    add(offset, { what: 'a string of SQL', text, builderUse: undefined, certain });
  }
}

function isSqlTag(tag: Expression): boolean {
  if (tag.type === 'Identifier') return tag.name === 'sql';
  if (tag.type === 'TSInstantiationExpression') return isSqlTag(tag.expression);
  return tag.type === 'MemberExpression' && isSqlTag(tag.object);
}

function templateText(template: TemplateLiteral): string {
  return template.quasis.map((quasi) => quasi.value.cooked ?? quasi.value.raw).join(placeholder);
}

function literalTexts(node: { readonly type: string } | undefined): string[] {
  if (node === undefined) return [];
  if (node.type === 'Literal' && 'value' in node && typeof node.value === 'string') {
    return [node.value];
  }
  if (node.type === 'ArrayExpression' && 'elements' in node && Array.isArray(node.elements)) {
    return node.elements.flatMap((element: { readonly type: string } | null) =>
      literalTexts(element ?? undefined),
    );
  }
  return [];
}
