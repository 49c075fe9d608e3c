/** News of money that nobody but those who look at figures waits for. */
export const PAYMENT_RECEIVED = 'payment.received';
export const CANCELLATION_SCHEDULED = 'subscription.cancellation_scheduled';
