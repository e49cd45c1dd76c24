export { BucketEraser, type BucketEraserOptions } from './bucket-eraser.ts';
export { type DeleteTenantDeps, deleteTenantRoutes } from './delete-tenant-routes.ts';
export { HeadEraser, type HeadEraserOptions } from './head-eraser.ts';
