import type { Random } from '../../../test/lives/world/random.ts';
import type { Route } from '../routes.ts';
import { drawId, hasIds, lastOf, renewIds, type Known, type Sent } from './known.fixture.ts';
import { drawHostile, drawJson, drawName } from './values.fixture.ts';

export interface Hostile extends Sent {
  readonly headers: Readonly<Record<string, string>>;
}

export interface Drawing {
  readonly known: Known;
  readonly random: Random;
  readonly routes: readonly Route<object>[];
}

type Field = readonly [name: string, value: string];

const FORM = 'application/x-www-form-urlencoded';
const TYPES = [FORM, FORM, FORM, '', 'text/xml', 'multipart/form-data', 'application/json', FORM];
const METHODS = ['PUT', 'PATCH', 'HEAD', 'OPTIONS', 'DELETE', 'POST', 'GET', 'PROPFIND'];

/** A request made of one that went well, or of what a route could take. */
export function drawRequest(drawing: Drawing): Hostile {
  const { random, known } = drawing;
  const { method, path, body } = random.oneIn(3) ? fromRoute(drawing) : random.pick(known.sent);
  const [bare = '', asks = ''] = renewIds(known, random, path).split('?');
  const isInQuery = asks !== '' || method !== 'POST';
  let fields = fieldsOf(renewIds(known, random, isInQuery ? asks : body));
  for (let left = random.below(3); left > 0; left -= 1) fields = spoiled(drawing, fields);
  const form = fields.map(([name, value]) => `${name}=${value}`).join('&');
  const asked = random.oneIn(40) ? random.pick(METHODS) : method;
  const place = random.oneIn(40) ? spoiledPath(drawing, bare) : bare;
  if (isInQuery) {
    const query = form.replaceAll(/[^!-~]/g, '%20');
    return { method: asked, path: `${place}?${query}`, body: '', headers: {} };
  }
  const isOfJson = place.startsWith('/v2/') || random.oneIn(10);
  return {
    method: asked,
    path: place,
    body: isOfJson ? jsonOf(drawing, fields) : form,
    headers: { 'content-type': isOfJson ? 'application/json' : random.pick(TYPES) },
  };
}

function fieldsOf(form: string): Field[] {
  if (form === '') return [];
  return form.split('&').map((field) => {
    const [name = '', value = ''] = field.split('=', 2);
    return [name.replaceAll('%5B', '[').replaceAll('%5D', ']'), value];
  });
}

/** A path of a route with ids of what there is, and parameters that it takes. */
function fromRoute({ known, random, routes }: Drawing): Sent {
  const { method, path, specs } = random.pick(routes);
  const place = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => drawId(known, random, name));
  const names = Object.keys(specs).filter(() => random.oneIn(4));
  const form = names
    .map((name) => `${name}=${plausible({ known, random, routes }, name)}`)
    .join('&');
  return method === 'POST'
    ? { method, path: place, body: form }
    : { method, path: form === '' ? place : `${place}?${form}`, body: '' };
}

/** What a parameter of a name may well take. */
function plausible({ known, random }: Drawing, name: string): string {
  const last = lastOf(name);
  const words = known.words.get(last);
  if (words !== undefined && !random.oneIn(4)) return encodeURIComponent(random.pick(words));
  if (hasIds(known, last) && !random.oneIn(4)) return drawId(known, random, last);
  if (last === 'expand') return random.pick(['customer', 'data.customer', 'latest_invoice', 'x.y']);
  return random.pick(['1', '2', '100', '5000', 'true', 'false', 'usd', 'now', '', '1800000000']);
}

function spoiled(drawing: Drawing, fields: readonly Field[]): Field[] {
  const { random, routes } = drawing;
  const at = random.below(fields.length + 1);
  const [name, value] = fields[at] ?? [anyName(drawing), '1'];
  switch (random.below(9)) {
    case 0:
      return fields.toSpliced(at, 1);
    case 1:
      return [...fields, [name, drawHostile(random)]];
    case 2:
      return fields.toSpliced(at, 1, [drawName(random, name), value]);
    case 3:
      return [...fields, [drawName(random, name), drawHostile(random)]];
    case 4:
      return fields.toSpliced(at, 1, [name, plausible(drawing, name)]);
    case 5:
      return [...fields, [anyName(drawing), plausible(drawing, anyName(drawing))]];
    case 6:
      return [...fields, [random.pick(Object.keys(random.pick(routes).specs)) ?? 'x', '1']];
    default:
      return fields.toSpliced(at, 1, [name, drawHostile(random)]);
  }
}

/** The name of a parameter that one of the requests had that went well. */
function anyName({ known, random }: Drawing): string {
  const { path, body } = random.pick(known.sent);
  const fields = fieldsOf(body === '' ? (path.split('?')[1] ?? '') : body);
  return fields.length === 0 ? 'expand[]' : random.pick(fields)[0];
}

function spoiledPath({ random }: Drawing, path: string): string {
  const parts = path.split('/');
  const at = random.below(parts.length);
  const value = encodeURI(drawHostile(random).slice(0, 4_000)).replaceAll(/[#?]/g, '');
  return `/${parts.toSpliced(at, random.below(2), value).join('/')}`.replace(/^\/+/, '/');
}

/** The fields as JSON, with values of types that they should not have. */
function jsonOf({ random }: Drawing, fields: readonly Field[]): string {
  if (random.oneIn(6)) return drawJson(random);
  if (random.oneIn(10)) return '{"a":';
  const entries = fields.map(([name, value]) => {
    const isKept = !random.oneIn(3);
    const first = JSON.stringify(name.split('[')[0]);
    return `${first}:${isKept ? JSON.stringify(decoded(value)) : drawJson(random)}`;
  });
  return `{${entries.join(',')}}`;
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
