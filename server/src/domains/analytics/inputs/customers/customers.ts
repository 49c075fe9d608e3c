import type { CellReader } from '../../imports/lines/cells.ts';
import { isOrigin, ORIGIN_RULE } from '../../imports/origin.ts';
import type { InputKind } from '../kind.ts';
import { laidOver, type CustomerLine } from './customer-line.ts';
import { findCustomers, putCustomers } from './store.ts';

type CustomerField =
  'customer_id' | 'name' | 'email' | 'country' | 'source' | 'signed_up_on' | 'origin';

export const customers: InputKind<CustomerLine, CustomerField> = {
  name: 'customers',
  title: 'Customers of imported histories',
  description:
    'Who the customers of a history of subscriptions are that was kept elsewhere. What a line ' +
    'has no field for stays as it is.',
  fields: [
    {
      name: 'customer_id',
      isNeeded: true,
      description: 'By which the history of subscriptions knows them.',
    },
    { name: 'name', isNeeded: false, description: 'By which they are shown in rows of figures.' },
    { name: 'email', isNeeded: false, description: 'Stands for the name where there is none.' },
    { name: 'country', isNeeded: false, description: 'A segment of figures, such as `AT`.' },
    { name: 'source', isNeeded: false, description: 'A segment of figures, such as `partner`.' },
    { name: 'signed_up_on', isNeeded: false, description: 'The day on which they signed up.' },
    { name: 'origin', isNeeded: false, description: 'Under which their history was imported.' },
  ],
  takesAttributes: true,
  read(reader, defaults) {
    const told = (field: CustomerField): string | null =>
      reader.isTold(field) ? reader.text(field) : null;
    return {
      origin: originOf(reader, defaults.origin),
      customerKey: reader.text('customer_id', 'needed'),
      name: told('name'),
      email: told('email'),
      country: told('country'),
      source: told('source'),
      signedUpOn: reader.isTold('signed_up_on') ? reader.day('signed_up_on') : null,
      attributes: reader.attributes(),
    };
  },
  keyOf: ({ origin, customerKey }) => JSON.stringify([origin, customerKey]),
  over: laidOver,
  find: findCustomers,
  put: putCustomers,
};

function originOf(reader: CellReader<CustomerField>, ifNone: string): string {
  const origin = reader.text('origin') || ifNone;
  if (!isOrigin(origin)) reader.refuse('origin', ORIGIN_RULE);
  return origin;
}
