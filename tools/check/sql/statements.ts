const ddl = 'table|index|schema|function|view|trigger|type|role|database|sequence|extension';

const forms = [
  String.raw`select\b[\s\S]*?\bfrom\b`,
  String.raw`select\s+(?:\d|[\w.]+\s*\()`,
  String.raw`insert\s+into\s+\S`,
  String.raw`update\s+\S+(?:\s+(?:as\s+)?\w+)?\s+set\b`,
  String.raw`delete\s+from\s+\S`,
  String.raw`merge\s+into\s+\S`,
  String.raw`with\s+(?:recursive\s+)?\w+\s*(?:\([^)]*\)\s*)?as\s+(?:(?:not\s+)?materialized\s*)?\(`,
  String.raw`(?:create|alter|drop)\s+(?:or\s+replace\s+|unlogged\s+|unique\s+)?(?:${ddl})\b`,
  String.raw`truncate\s+(?:table\s+)?\w`,
  String.raw`(?:listen|unlisten|notify)\s+"?\w+"?\s*;?$`,
  String.raw`set\s+(?:local|session)\s+\w`,
  String.raw`lock\s+table\s`,
  String.raw`values\s*\(`,
  String.raw`do\s+\$`,
];
const opening = new RegExp(String.raw`^[\s(]*(?:${forms.join('|')})`, 'i');

/** Whether a string of a program reads as the beginning of an SQL statement. */
export function looksLikeSql(text: string): boolean {
  return opening.test(text.replace(/^\s*--[^\n]*\n/, ''));
}
