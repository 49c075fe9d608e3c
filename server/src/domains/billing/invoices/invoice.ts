// pure

export interface ListedLine {
  readonly description: string;
  readonly amountMinor: number;
  readonly quantity: number | null;
  readonly periodStart: string;
  readonly periodEnd: string;
  readonly isProration: boolean;
  readonly discountMinor: number;
}

/** An invoice as customers see it. */
export interface ListedInvoice {
  readonly id: string;
  readonly number: string | null;
  /** open, paid, void or uncollectible; drafts are not shown. */
  readonly status: string;
  readonly billingReason: string | null;
  readonly stripeSubscriptionId: string | null;
  readonly currency: string;
  readonly subtotalMinor: number;
  readonly discountMinor: number;
  /** What taxes add; subtotal - discount + tax = total. */
  readonly taxMinor: number;
  readonly totalMinor: number;
  /** Taken of the customer's credit; total - this = due. */
  readonly creditAppliedMinor: number;
  readonly amountDueMinor: number;
  readonly amountPaidMinor: number;
  readonly amountRemainingMinor: number;
  readonly attemptCount: number;
  readonly nextAttemptMs: number | null;
  readonly createdMs: number;
  readonly dueMs: number | null;
  readonly paidMs: number | null;
  readonly hostedUrl: string | null;
  readonly pdfUrl: string | null;
  readonly lines: readonly ListedLine[];
}
