export { INGESTER_ROLE } from './role.ts';
