/** What the outbox tells those who write letters. */
export const INVITED = 'staff.invited';
export const RESET_ASKED = 'staff.password_reset_asked';
