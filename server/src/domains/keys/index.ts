export { createAnswers, type Answers, type Claim, type NamedRequest } from './answers.ts';
export { keysJobs } from './jobs.ts';
export { keysRoutes } from './routes.ts';
export { allScopes, isScope, newSecret, type KeyMode, type SecretKey } from './secret-key.ts';
export { createKeys, type CreatedKey, type CreateKey, type Keys } from './service.ts';
