export { WhisperForge } from './client.ts';
export {
  CommitFailedError,
  NotAllowedError,
  UnavailableError,
  UnsentEventsError,
  WhisperForgeError,
} from './errors.ts';
export type { FieldError } from './errors.ts';
export type { BatchOptions } from './booking/buffer.ts';
export type { BufferedEvent } from './booking/delivery.ts';
export type {
  Hold,
  HoldOptions,
  Work,
  WorkAnswer,
  WorkContext,
  WorkOutcome,
} from './booking/reservation.ts';
export type { Clock } from './clock.ts';
export type { ErrorContext, LastKnownOptions, OnError, WhisperForgeOptions } from './options.ts';
export type { Fetch } from './transport/transport.ts';
export type {
  Amount,
  Balance,
  CallOptions,
  CheckAnswer,
  CheckOptions,
  CommitAnswer,
  ExtendAnswer,
  FeatureKind,
  LastKnownCheck,
  OnUnavailable,
  Reason,
  RefusedReservation,
  RequestOptions,
  Reservation,
  ReservationAnswer,
  ReserveOptions,
  RuleCheck,
  ServiceCheck,
  TrackAnswer,
  TrackEvent,
  Usage,
} from './types.ts';
export type {
  Beyond,
  Feature,
  Features,
  Plan,
  PlanFeature,
  PlanPrice,
  Plans,
} from './wire/catalogue.ts';
export type { Entitlement, EntitlementSource, Standing, Subscription } from './wire/standing.ts';
export type { Entitlements, Levels, User, UserInput, UserProfile, Users } from './wire/users.ts';
