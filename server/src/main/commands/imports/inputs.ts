import type { Command } from 'commander';
import { systemClock } from '@whisperforge/kernel/clock';
import {
  attributeField,
  createInputs,
  inputKinds,
  type InputKind,
} from '../../../domains/analytics/index.ts';
import { readConfig } from '../../config.ts';
import { operator, parseReason, withDatabase, type CommandContext } from '../context.ts';
import { openCsv } from './csv-file.ts';
import {
  addAttributeOption,
  addMapOption,
  addTableOptions,
  reportImport,
  type TableOptions,
} from './report.ts';

/** `import marketing-spend` and all else that the business may tell. */
export function addInputImports(imports: Command, context: CommandContext): void {
  for (const kind of inputKinds) {
    const fields = kind.fields.map(({ name }) => name);
    const command = imports
      .command(kind.name)
      .description(kind.description)
      .argument('<file>', `a table with columns ${fields.join(', ')}`)
      .option('--currency <code>', 'of lines that name none; the reporting currency if not given')
      .option('--origin <name>', 'of lines that name none', 'import')
      .option('--reason <text>', 'for the audit trail', parseReason, 'imported from a file');
    addTableOptions(addMapOption(command, fields)).action((file: string, options: InputOptions) =>
      importInputs(kind, { file, options, context }),
    );
    if (kind.takesAttributes === true) addAttributeOption(command);
  }
}

interface InputOptions extends TableOptions {
  readonly map: Readonly<Record<string, string>>;
  readonly attribute?: Readonly<Record<string, string>>;
  readonly currency?: string;
  readonly origin: string;
  readonly reason: string;
}

interface Asked {
  readonly file: string;
  readonly options: InputOptions;
  readonly context: CommandContext;
}

async function importInputs(kind: InputKind, { file, options, context }: Asked): Promise<void> {
  const { map, attribute = {}, origin, reason } = options;
  const attributes = Object.entries(attribute).map(
    ([name, column]) => [attributeField(name), column] as const,
  );
  const columns = { ...map, ...Object.fromEntries(attributes) };
  const currency = options.currency ?? readConfig(context.env).reportingCurrency;
  const csv = await openCsv(file, options);
  const table = { ...csv, columns, defaults: { currency, origin } };
  await withDatabase(context, (database) =>
    reportImport(options, context, (importing) => {
      const by = { actor: operator(), reason };
      const inputs = createInputs({ database, clock: systemClock });
      return inputs.importFile(kind, table, { ...importing, ...by });
    }),
  );
}
