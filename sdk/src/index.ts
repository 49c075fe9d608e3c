export { WhisperForge } from './client.ts';
export {
  CommitFailedError,
  NotAllowedError,
  UnavailableError,
  UnsentEventsError,
  WhisperForgeError,
} from './errors.ts';
export type { ErrorCode, FieldError } from './errors.ts';
export type { Invoice, InvoiceLine } from './billing/invoices.ts';
export type { BillingCycle, Money, Price } from './billing/money.ts';
export type { ListOptions, Page, PagedList } from './billing/pages.ts';
export type {
  AccountLink,
  AccountLinkInput,
  AccountLinks,
  Checkout,
  CheckoutInput,
  Checkouts,
  PackPurchase,
  PlanPurchase,
  Portal,
  PortalInput,
  Purchase,
} from './billing/purchases.ts';
export type { Quote, QuoteInput, QuoteLine, QuotePayment, Quotes } from './billing/quotes.ts';
export type {
  CancelInput,
  ChangeInput,
  ChangePreview,
  PreviewLine,
  SubscriptionChange,
  Subscriptions,
  When,
} from './billing/subscriptions.ts';
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
export type {
  AttributeFilters,
  MetricColumn,
  MetricDefinition,
  MetricFilters,
  MetricInput,
  MetricNames,
  MetricPoint,
  MetricSeries,
  Metrics,
  MovementKind,
  MrrInput,
  MrrSeries,
  MrrSpan,
} from './metrics.ts';
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
  WriteOptions,
} from './types.ts';
export type { SurveyLink, SurveyLinkInput, SurveyLinks } from './surveys.ts';
export type {
  Beyond,
  ExtraSeat,
  Feature,
  Features,
  Pack,
  Packs,
  Plan,
  PlanFeature,
  PlanPrice,
  Plans,
} from './wire/catalogue.ts';
export type { Entitlement, EntitlementSource, Standing, Subscription } from './wire/standing.ts';
export type { Entitlements, Levels, User, UserInput, UserProfile, Users } from './wire/users.ts';
