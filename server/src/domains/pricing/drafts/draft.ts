// pure
import { parseCatalogFile, type CatalogFile } from '../catalog-file.ts';
import type { CatalogChange, PublicationDecision } from '../decide-publication.ts';
import type { WrittenCatalog, WrittenPlan } from '../file-schema.ts';
import { placeFaults } from '../place-faults.ts';

/** What staff prepare a plan to become. Nobody else sees it, and nothing follows from it. */
export interface StaffDraft {
  readonly id: number;
  readonly slug: string;
  /** The version that was on sale when it was begun, or last compared; `null` where none was. */
  readonly basedOn: number | null;
  readonly content: WrittenPlan;
  /** Counted up with every change, so that nobody writes over what they have not seen. */
  readonly revision: number;
  readonly createdBy: number;
  readonly createdMs: number;
  readonly updatedBy: number;
  readonly updatedMs: number;
}

/**
 * The catalogue as it would be with a draft in it. Every fault of the draft is named, its place
 * being within the draft's content.
 */
export function fileWith(catalog: WrittenCatalog, slug: string, content: unknown): CatalogFile {
  const known = catalog.plans.findIndex((plan) => plan.slug === slug);
  const index = known < 0 ? catalog.plans.length : known;
  const stated = isMembers(content) ? { ...content, slug } : content;
  const plans: unknown[] = [...catalog.plans];
  plans[index] = stated;
  try {
    return parseCatalogFile({ ...catalog, plans });
  } catch (error) {
    throw placeFaults(error, { from: `/plans/${index}`, to: '/content', what: 'draft' });
  }
}

/** What publishing a draft would change of its plan; `undefined` where it says what is on sale. */
export function changeOf(
  { changes }: PublicationDecision,
  slug: string,
): Extract<CatalogChange, { kind: 'plan' }> | undefined {
  return changes
    .filter((change) => change.kind === 'plan')
    .find((change) => change.after.slug === slug);
}

function isMembers(input: unknown): input is Readonly<Record<string, unknown>> {
  return typeof input === 'object' && input !== null && !Array.isArray(input);
}
