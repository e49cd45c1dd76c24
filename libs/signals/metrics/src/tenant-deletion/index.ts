export { BucketEraser } from './bucket-eraser.ts';
export { deleteTenantRoutes } from './delete-tenant-routes.ts';
export { HeadEraser } from './head-eraser.ts';
