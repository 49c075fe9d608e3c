import { unreachable } from '@whisperforge/kernel/assert';
import { writeEventType, writeFeature, writePack } from '../../domains/plans/index.ts';
import {
  writeRule,
  type CatalogChange,
  type PublicationDecision,
} from '../../domains/pricing/index.ts';

/** What publishing changes, a line for each thing and an indented one for each of its places. */
export function describeDecision({ changes, unmentioned }: PublicationDecision): string[] {
  const lines = changes.flatMap(describeChange);
  if (changes.length === 0) lines.push('The catalogue says the same already.');
  if (unmentioned.length > 0) {
    const names = unmentioned.map(({ kind, key }) => `${words(kind)} ${key}`);
    lines.push(`Not mentioned, and left as it is: ${names.join(', ')}.`);
  }
  return lines;
}

function describeChange(change: CatalogChange): string[] {
  switch (change.kind) {
    case 'feature': {
      const { before, after } = change;
      const isMoved = before !== null && before.position !== after.position;
      const places = comparePlaces(before && writeFeature(before), writeFeature(after));
      return headed(`feature ${after.key}`, before, isMoved ? [...places, 'moved'] : places);
    }
    case 'event_type': {
      const { before, after } = change;
      const places = comparePlaces(before && writeEventType(before), writeEventType(after));
      return headed(`event type ${after.key}`, before, places);
    }
    case 'pricing_rule': {
      const { before, after } = change;
      const places = comparePlaces(before && writeRule(before), writeRule(after));
      return headed(`pricing rule ${after.key}`, before, places);
    }
    case 'plan': {
      const places = change.differences.map(({ place, before, after }) =>
        comparison(place, before, after),
      );
      return [`plan ${change.after.slug}: version ${change.version}`, ...indented(places)];
    }
    case 'pack': {
      const { before, after } = change;
      const places = comparePlaces(before && writePack(before), writePack(after));
      return headed(`pack ${after.key}`, before, places);
    }
    case 'plan_position':
      return [`plan ${change.slug}: moved among the others`];
    default:
      return unreachable(change);
  }
}

function headed(name: string, before: unknown, places: readonly string[]): string[] {
  return [`${name}: ${before === null ? 'new' : 'changed'}`, ...indented(places)];
}

/** Of what is new everything that says something, of what changes what is different. */
function comparePlaces(before: object | null, after: object): string[] {
  const old = new Map<string, unknown>(Object.entries(before ?? {}));
  return Object.entries(after).flatMap(([name, value]: [string, unknown]) => {
    const [was, is] = [text(old.get(name)), text(value)];
    return name === 'key' || was === is ? [] : [comparison(name, was, is)];
  });
}

function comparison(place: string, before: string | null, after: string | null): string {
  if (before === null) return `${place}: ${after ?? 'none'}`;
  return `${place}: ${before} -> ${after ?? 'none'}`;
}

function text(value: unknown): string | null {
  if (value === undefined || value === null || value === '') return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

function words(kind: CatalogChange['kind']): string {
  return kind.replaceAll('_', ' ');
}
