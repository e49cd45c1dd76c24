export { DISTRIBUTOR_ROLE } from './role.ts';
