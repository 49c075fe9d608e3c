import type { Send } from './transport/send.ts';
import type { CallOptions } from './types.ts';

export interface SurveyLinkInput {
  /** How likely one is to recommend us, 0 to 10; or how satisfied one is, 1 to 5. */
  readonly survey: 'nps' | 'csat';
  readonly users: readonly string[];
  /** How long the links are open; the service assumes 30. */
  readonly days?: number | undefined;
}

/** Where one user answers one question, once. */
export interface SurveyLink {
  readonly user: string;
  /** With `?score=9` behind it, the page opens with that score chosen. */
  readonly url: string;
  readonly expiresAt: string;
}

export interface SurveyLinks {
  /** One for each of the users, to be mailed by the app. */
  create(input: SurveyLinkInput, options?: CallOptions): Promise<SurveyLink[]>;
}

interface WireLinks {
  readonly data: readonly {
    readonly user: string;
    readonly url: string;
    readonly expires_at: string;
  }[];
}

export function surveyLinksOf(send: Send): SurveyLinks {
  return {
    async create({ survey, users, days }, options) {
      const body = { survey, users, days };
      const { data } = await send<WireLinks>('POST', '/v1/survey-links', { ...options, body });
      return data.map(({ user, url, expires_at: expiresAt }) => ({ user, url, expiresAt }));
    },
  };
}
