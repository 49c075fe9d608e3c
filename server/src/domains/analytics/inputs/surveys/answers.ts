import type { InputKind } from '../kind.ts';
import {
  LINK_ORIGIN,
  LONGEST_COMMENT,
  scoresOf,
  surveyKinds,
  type AnswerLine,
} from './answer-line.ts';
import { findAnswers, putAnswers } from './store-answers.ts';

type AnswerField =
  'answer_id' | 'survey' | 'score' | 'answered_at' | 'user_id' | 'plan' | 'comment' | 'origin';

export const surveyAnswers: InputKind<AnswerLine, AnswerField> = {
  name: 'survey-answers',
  title: 'Survey answers',
  description:
    'Answers to surveys that were held elsewhere. Our own links bring theirs themselves.',
  fields: [
    { name: 'answer_id', isNeeded: true, description: "The survey's own." },
    { name: 'survey', isNeeded: true, description: '`nps` (0 to 10) or `csat` (1 to 5).' },
    { name: 'score', isNeeded: true, description: 'A whole number.' },
    { name: 'answered_at', isNeeded: true, description: 'In UTC where it says nothing else.' },
    { name: 'user_id', isNeeded: false, description: "The app's id of the user." },
    { name: 'plan', isNeeded: false, description: "The user's; as on record if not given." },
    { name: 'comment', isNeeded: false, description: `At most ${LONGEST_COMMENT} characters.` },
    { name: 'origin', isNeeded: false, description: 'Which survey, where there are several.' },
  ],
  read(reader, defaults) {
    const said = reader.said('survey').toLowerCase();
    const kind = surveyKinds.find((each) => each === said);
    if (kind === undefined) reader.refuse('survey', 'is neither nps nor csat');
    const score = reader.integer('score', scoresOf[kind ?? 'nps']);
    if (reader.said('score') === '') reader.refuse('score', 'is empty');
    const origin = reader.text('origin') || defaults.origin;
    if (origin === LINK_ORIGIN) reader.refuse('origin', 'is the name of our own links');
    return {
      origin,
      answerKey: reader.text('answer_id', 'needed'),
      kind: kind ?? 'nps',
      score: score ?? 0,
      userKey: reader.text('user_id'),
      plan: reader.text('plan'),
      answeredMs: reader.instant('answered_at', 'needed') ?? 0,
      comment: reader.text('comment', undefined, LONGEST_COMMENT),
    };
  },
  keyOf: ({ origin, answerKey }) => JSON.stringify([origin, answerKey]),
  find: findAnswers,
  put: putAnswers,
};
