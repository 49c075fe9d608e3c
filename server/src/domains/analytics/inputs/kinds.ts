import { customers } from './customers/customers.ts';
import type { InputKind } from './kind.ts';
import { aiPrices } from './prices/prices.ts';
import { exchangeRates } from './rates/rates.ts';
import { leavingReasons } from './leaving/leaving-reasons.ts';
import { marketingSpend } from './spend/spend.ts';
import { surveyAnswers } from './surveys/answers.ts';
import { supportTickets } from './tickets/tickets.ts';

/** All that the business may tell, in the order in which it is offered. */
export const inputKinds: readonly InputKind[] = [
  marketingSpend,
  aiPrices,
  exchangeRates,
  supportTickets,
  surveyAnswers,
  customers,
  leavingReasons,
];
