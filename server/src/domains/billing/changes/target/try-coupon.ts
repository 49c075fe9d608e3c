import { randomUUID } from 'node:crypto';
import type { NewCoupon, PaymentGateway } from '../../gateway/gateway.ts';

type CouponCalls = Pick<PaymentGateway, 'hasCoupon' | 'ensureCoupon' | 'deleteCoupon'>;

/**
 * Has Stripe reckon with a coupon, and leaves none behind that was not there. Coupons are named by
 * what they grant, so most are there from an earlier use. One that is not is made under a name that
 * nothing else asks for, and so is missed by nobody when it is deleted again.
 */
export async function tryCoupon<T>(
  gateway: CouponCalls,
  coupon: NewCoupon | null,
  reckon: (couponId: string | null) => Promise<T>,
): Promise<T> {
  if (coupon === null || (await gateway.hasCoupon(coupon.id))) return reckon(coupon?.id ?? null);
  const tried = { ...coupon, id: `wf_tried_${randomUUID()}` };
  await gateway.ensureCoupon(tried);
  try {
    return await reckon(tried.id);
  } finally {
    await gateway.deleteCoupon(tried.id);
  }
}
