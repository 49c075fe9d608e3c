import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, posix } from 'node:path';
import { parseSync } from 'oxc-parser';
import type {
  Directive,
  Statement,
  TSInterfaceDeclaration,
  TSGlobalDeclaration,
  TSModuleDeclaration,
  TSTypeAliasDeclaration,
} from 'oxc-parser';

export type Declaration = TSInterfaceDeclaration | TSTypeAliasDeclaration;

/** A type of the SDK: where it stands, and by which names its own text sees others. */
export interface Found {
  /** Such as `Checkout/Sessions`, without the ending. */
  readonly file: string;
  /** Such as `['Session', 'CustomField']`. */
  readonly path: readonly string[];
  readonly declaration: Declaration;
}

interface SourceFile {
  readonly types: Map<string, Declaration>;
  /** Local name to the file and the name there. */
  readonly imports: Map<string, { readonly file: string; readonly name: string }>;
}

/** Stands for the name of what is imported where all of a file is. */
const ALL = '*';

/** The declarations of the SDK's resources, parsed as they are asked for. */
export class Declarations {
  readonly #root: string;
  readonly #files = new Map<string, SourceFile>();

  constructor() {
    const require = createRequire(import.meta.url);
    const main = require.resolve('stripe');
    this.#root = join(dirname(main), '..', 'esm');
  }

  /** All files that declare resources, such as `resources/Checkout/Sessions`. */
  listFiles(): string[] {
    const names = readdirSync(join(this.#root, 'resources'), { recursive: true, encoding: 'utf8' });
    return names
      .filter((name) => name.endsWith('.d.ts') && !name.endsWith('index.d.ts'))
      .map((name) => posix.join('resources', name.replaceAll('\\', '/').slice(0, -'.d.ts'.length)))
      .toSorted();
  }

  /** The interfaces at the top of a file. */
  listTop(file: string): Found[] {
    const found: Found[] = [];
    for (const [name, declaration] of this.#load(file).types) {
      if (!name.includes('.')) found.push({ file, path: [name], declaration });
    }
    return found;
  }

  /** What a name means in the text of a type: its own namespace first, then those around it. */
  resolve(name: string, { file, path }: Pick<Found, 'file' | 'path'>): Found {
    const { types, imports } = this.#load(file);
    for (let depth = path.length; depth >= 0; depth -= 1) {
      const full = [...path.slice(0, depth), ...name.split('.')];
      const declaration = types.get(full.join('.'));
      if (declaration !== undefined) return { file, path: full, declaration };
    }
    const [first, ...rest] = name.split('.');
    const imported = imports.get(first!);
    if (imported === undefined) throw new Error(`${file} does not say what ${name} is`);
    const names = imported.name === ALL ? rest : [imported.name, ...rest];
    return this.resolve(names.join('.'), { file: imported.file, path: [] });
  }

  #load(file: string): SourceFile {
    const known = this.#files.get(file);
    if (known !== undefined) return known;
    const path = join(this.#root, `${file}.d.ts`);
    const { program, errors } = parseSync(path, readFileSync(path, 'utf8'));
    if (errors.length > 0) throw new Error(`${path} cannot be parsed: ${errors[0]!.message}`);
    const source: SourceFile = { types: new Map(), imports: new Map() };
    this.#files.set(file, source);
    for (const statement of program.body) collect(source, statement, { file, path: [] });
    return source;
  }
}

type Place = Pick<Found, 'file' | 'path'>;

function collect(source: SourceFile, statement: Directive | Statement, place: Place): void {
  switch (statement.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration': {
      const { source: from } = statement;
      if (from !== null) {
        const file = posix.join(posix.dirname(place.file), from.value.replace(/\.js$/, ''));
        for (const specifier of statement.specifiers) collectImport(source, specifier, file);
      } else if ('declaration' in statement && statement.declaration !== null) {
        collect(source, statement.declaration, place);
      }
      return;
    }
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
      source.types.set([...place.path, statement.id.name].join('.'), statement);
      return;
    case 'TSModuleDeclaration':
      collectNamespace(source, statement, place);
      break;
    default:
  }
}

interface Specifier {
  readonly type: string;
  readonly local: unknown;
  readonly imported?: unknown;
  readonly exported?: unknown;
}

/** Named imports, and what is passed on by name; both give a name of another file. */
function collectImport(source: SourceFile, specifier: Specifier, file: string): void {
  const nameOf = (node: unknown): string => (node as { readonly name: string }).name;
  if (specifier.type === 'ImportSpecifier') {
    source.imports.set(nameOf(specifier.local), { file, name: nameOf(specifier.imported) });
  } else if (specifier.type === 'ImportNamespaceSpecifier') {
    source.imports.set(nameOf(specifier.local), { file, name: ALL });
  } else if (specifier.type === 'ExportSpecifier') {
    source.imports.set(nameOf(specifier.exported), { file, name: nameOf(specifier.local) });
  }
}

function collectNamespace(
  source: SourceFile,
  space: TSModuleDeclaration | TSGlobalDeclaration,
  place: Place,
): void {
  if (space.id.type !== 'Identifier' || space.body?.type !== 'TSModuleBlock') return;
  const inner = { file: place.file, path: [...place.path, space.id.name] };
  for (const statement of space.body.body) collect(source, statement, inner);
}
