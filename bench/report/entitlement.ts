import type { EntitlementFigures } from '../entitlement/measure.ts';
import { paragraph, whole } from './table.ts';

/** How soon what was bought at Stripe is of use. */
export function entitlementSection(figures: EntitlementFigures): string[] {
  const { purchases, medianMs, slowestMs } = figures;
  return [
    '## From Stripe to the customer',
    paragraph(
      `${whole(purchases)} customers subscribed at the sandbox, one after the other. From its ` +
        'answer, with which it sends its events, until the app was told that the customer may ' +
        `use what the plan grants, it took ${whole(medianMs)} ms (median; the slowest ` +
        `${whole(slowestMs)} ms).`,
    ),
  ];
}
