import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { answeredObjects, answeredThinEvents } from './answered.ts';
import { Declarations } from './declarations.ts';
import { nameOf, Translator } from './translate.ts';

const HEADER =
  'Generated from the types of the package stripe by stripe-sandbox/test/schemas/generate.ts; ' +
  'not to be edited. A line is a name and its JSON Schema.';

const THIN_EVENTS = 'resources/V2/Core/Events';

/** The schemas of all that the sandbox answers, as JSON with a definition on each line. */
export function generateSchemas(): string {
  const declarations = new Declarations();
  const translator = new Translator(declarations, answeredObjects);
  const roots: Record<string, string> = {};
  for (const file of declarations.listFiles()) {
    for (const found of declarations.listTop(file)) {
      const thin = file === THIN_EVENTS ? answeredThinEvents[found.path[0]!] : undefined;
      if (thin !== undefined) {
        roots[`v2.core.event ${thin}`] = nameOf(found);
        translator.refer(found);
      }
      const object = translator.objectNameOf(found);
      if (object === undefined || !answeredObjects.includes(object)) continue;
      const name = nameOf(found);
      const isDeleted = /(?:^|\.)Deleted\w+$/.test(name);
      const root = isDeleted ? `deleted ${object}` : object;
      if (roots[root] !== undefined)
        throw new Error(`${object} is both ${roots[root]} and ${name}`);
      roots[root] = name;
      translator.refer(found);
    }
  }
  const lines = [JSON.stringify({ $comment: HEADER }), JSON.stringify({ roots })];
  for (const [name, schema] of [...translator.schemas].toSorted(byName)) {
    lines.push(JSON.stringify([name, schema]));
  }
  return `${lines.join('\n')}\n`;
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}

if (import.meta.main) {
  writeFileSync(join(import.meta.dirname, 'schemas.jsonl'), generateSchemas());
}
