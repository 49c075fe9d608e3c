export { foundCards } from './cards/found-cards.ts';
export { foundCompany, type Foundation } from './found.ts';
export { startDemo, type Demo } from './demo.ts';
export type { Portal } from './portal/as-owner.ts';
