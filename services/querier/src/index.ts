export { QUERIER_ROLE } from './role.ts';
