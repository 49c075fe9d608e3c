// pure

/** How likely one is to recommend us, from 0 to 10; or how satisfied one is, from 1 to 5. */
export type SurveyKind = 'nps' | 'csat';

export const surveyKinds: readonly SurveyKind[] = ['nps', 'csat'];

export const scoresOf: Readonly<Record<SurveyKind, { least: number; most: number }>> = {
  nps: { least: 0, most: 10 },
  csat: { least: 1, most: 5 },
};

export const LONGEST_COMMENT = 2_000;

/** Where answers by our own links come from. */
export const LINK_ORIGIN = 'link';

export interface AnswerLine {
  readonly origin: string;
  readonly answerKey: string;
  readonly kind: SurveyKind;
  readonly score: number;
  readonly userKey: string;
  readonly plan: string;
  readonly answeredMs: number;
  readonly comment: string;
}
