import { formatInstant } from '../clock.ts';
import type { Clock } from '../clock.ts';
import { UnavailableError } from '../errors.ts';
import type {
  Amount,
  FeatureKind,
  LastKnownCheck,
  OnUnavailable,
  RuleCheck,
  ServiceCheck,
} from '../types.ts';

/** What `check` was asked; equal questions have equal answers until something changes. */
export interface Question {
  readonly user: string;
  readonly feature: string;
  readonly amount: Amount | undefined;
  readonly value: string | undefined;
}

export interface FeatureRule {
  readonly feature: string;
  readonly kind: FeatureKind;
  readonly onUnavailable: OnUnavailable | undefined;
}

export interface FallbackOptions {
  readonly clock: Clock;
  /** Rules of the app's own; they win over the service's. */
  readonly overrides: Readonly<Record<string, OnUnavailable>>;
  /** How many answers are kept; the one unused for longest goes first. */
  readonly maxAnswers: number;
  /** An answer older than this is no longer trusted. */
  readonly maxAgeMs: number;
  /** How long the service's rules are good for. */
  readonly refreshMs: number;
  readonly loadRules: () => Promise<readonly FeatureRule[]>;
  readonly onError: (error: unknown) => void;
}

/** Answers `check` when the service cannot, by each feature's rule, and always says that it did. */
export interface Fallback {
  remember(question: Question, answer: ServiceCheck): void;
  answer(question: Question, cause: unknown): LastKnownCheck | RuleCheck;
  /** Loads the rules in the background when they are due; no check waits for it. */
  refresh(): void;
}

interface Kept {
  readonly answer: ServiceCheck;
  readonly atMs: number;
}

// Rules are asked for again this soon when they could not be loaded, and no sooner.
const RELOAD_AFTER_MS = 30_000;

/**
 * The rule by which a question is answered. A quota that nobody is counting is no quota, so what
 * is metered, or looks so, is refused where no rule says otherwise.
 */
function decideRule(stated: FeatureRule | undefined, question: Question, kept: Kept | undefined) {
  if (stated?.onUnavailable !== undefined) return stated.onUnavailable;
  if (stated !== undefined) return stated.kind === 'metered' ? 'deny' : 'last_known';
  const metered = question.amount !== undefined || typeof kept?.answer.resetsAt === 'string';
  return metered ? 'deny' : 'last_known';
}

function byRule(feature: string, allowed: boolean, cause: unknown): RuleCheck {
  const reason = allowed ? 'ok' : 'service_unavailable';
  return { allowed, reason, feature, unavailable: true, source: 'rule', cause };
}

function keyOf(question: Question): string {
  const { user, feature, amount, value } = question;
  return JSON.stringify([user, feature, amount ?? null, value ?? null]);
}

export function createFallback(options: FallbackOptions): Fallback {
  const { clock } = options;
  // A Map keeps insertion order, so its first key is the one unused for longest.
  const answers = new Map<string, Kept>();
  let rules: ReadonlyMap<string, FeatureRule> = new Map();
  let dueMs = Number.NEGATIVE_INFINITY;

  function ruleFor(question: Question, kept: Kept | undefined): OnUnavailable {
    if (Object.hasOwn(options.overrides, question.feature)) {
      return options.overrides[question.feature] ?? 'deny';
    }
    return decideRule(rules.get(question.feature), question, kept);
  }

  function remember(question: Question, answer: ServiceCheck): void {
    const kept = { answer, atMs: clock.nowMs() };
    if (ruleFor(question, kept) !== 'last_known') return;
    const key = keyOf(question);
    answers.delete(key);
    answers.set(key, kept);
    if (answers.size <= options.maxAnswers) return;
    const oldest = answers.keys().next();
    if (!oldest.done) answers.delete(oldest.value);
  }

  function answerFor(question: Question, cause: unknown): LastKnownCheck | RuleCheck {
    const kept = answers.get(keyOf(question));
    const rule = ruleFor(question, kept);
    if (rule !== 'last_known') return byRule(question.feature, rule === 'allow', cause);
    if (kept === undefined || clock.nowMs() - kept.atMs > options.maxAgeMs) {
      return byRule(question.feature, false, cause);
    }
    const asOf = formatInstant(kept.atMs);
    return { ...kept.answer, unavailable: true, source: 'last_known', asOf, cause };
  }

  async function load(): Promise<void> {
    try {
      const loaded = await options.loadRules();
      rules = new Map(loaded.map((rule) => [rule.feature, rule]));
      dueMs = clock.nowMs() + options.refreshMs;
    } catch (error) {
      // A key that may not read the rules will not do so in half a minute either.
      if (!(error instanceof UnavailableError)) dueMs = clock.nowMs() + options.refreshMs;
      options.onError(error);
    }
  }

  function refresh(): void {
    if (clock.nowMs() < dueMs) return;
    // Set before the answer, so that one load runs at a time; edge runtimes may drop a load that
    // outlives its request, and the next one must not wait for it.
    dueMs = clock.nowMs() + RELOAD_AFTER_MS;
    void load();
  }

  return { remember, answer: answerFor, refresh };
}
