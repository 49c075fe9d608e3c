import type { Clock } from '@whisperforge/kernel/clock';
import {
  createInputs,
  createSurveyLinks,
  inputsRoutes,
  surveyLinkRoutes,
  surveyPages,
} from '../../domains/analytics/index.ts';
import type { Database } from '../../platform/database.ts';
import type { RawRoute, Route } from '../../platform/routes.ts';
import type { Config } from '../config.ts';

export interface FiguresParts {
  readonly config: Config;
  readonly database: Database;
  readonly clock: Clock;
  readonly publicUrl: () => string;
}

/** What the business tells, and figures beside those of revenue. */
export function composeFigures({ config, database, clock, publicUrl }: FiguresParts): {
  readonly routes: readonly Route[];
  readonly rawRoutes: readonly RawRoute[];
} {
  const links = createSurveyLinks({ database });
  return {
    routes: [
      ...inputsRoutes({
        inputs: createInputs({ database, clock }),
        currency: config.reportingCurrency,
      }),
      ...surveyLinkRoutes({ links, publicUrl }),
    ],
    rawRoutes: surveyPages({ links }),
  };
}
