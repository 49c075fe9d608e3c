export { jobsStaffRoutes } from './staff/routes.ts';
export { startWorker, type Worker, type WorkerOptions } from './worker.ts';
