import { Visitor } from 'oxc-parser';
import type { Finding } from '../finding.ts';
import type { Module, Modules } from '../modules.ts';
import type { Tree } from '../tree.ts';

const configFile = 'server/src/main/config.ts';

/** `config.ts`, or one of the files that it is parted into, such as `config/payments.ts`. */
export function isConfiguration(path: string): boolean {
  return /^server\/src\/main\/config(\/[a-z]+)?\.ts$/.test(path);
}

const exampleFile = '.env.example';
const variableName = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/;

/** What the configuration reads and what .env.example explains are the same variables. */
export function checkConfiguration(tree: Tree, modules: Modules): Finding[] {
  const configs = [...modules.values()].filter(({ path }) => isConfiguration(path));
  if (configs.length === 0) return [];
  const example = tree.get(exampleFile);
  if (example === undefined) {
    const message = 'every variable of the environment is explained here';
    return [{ path: exampleFile, line: 1, rule: 'environment', message }];
  }
  const read = new Map(configs.flatMap((config) => [...variablesRead(config)]));
  const explained = variablesExplained(example);
  const findings: Finding[] = [];
  for (const [name, line] of read) {
    if (explained.has(name)) continue;
    const message = `${name} is not explained in ${exampleFile}`;
    findings.push({ path: configFile, line, rule: 'environment', message });
  }
  for (const [name, line] of explained) {
    if (read.has(name)) continue;
    const message = `${name} is not read in ${configFile}`;
    findings.push({ path: exampleFile, line, rule: 'environment', message });
  }
  return findings;
}

/** Names in capitals that stand where a variable is looked up: a member, a key or a string. */
function variablesRead(config: Module): Map<string, number> {
  const read = new Map<string, number>();
  const add = (name: string, offset: number): void => {
    if (!variableName.test(name) || name.endsWith('_FILE') || read.has(name)) return;
    read.set(name, config.lineAt(offset));
  };
  new Visitor({
    MemberExpression(node) {
      if (node.property.type === 'Identifier') add(node.property.name, node.property.start);
    },
    Property(node) {
      if (node.key.type === 'Identifier') add(node.key.name, node.key.start);
    },
    Literal(node) {
      if (typeof node.value === 'string') add(node.value, node.start);
    },
  }).visit(config.program);
  return read;
}

function variablesExplained(example: string): Map<string, number> {
  const explained = new Map<string, number>();
  for (const [index, line] of example.split('\n').entries()) {
    const name = /^\s*#?\s*(?:export\s+)?([A-Z][A-Z0-9_]*)=/.exec(line)?.[1];
    if (name !== undefined && !name.endsWith('_FILE')) explained.set(name, index + 1);
  }
  return explained;
}
