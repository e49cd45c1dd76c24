export { COMPACTOR_ROLE } from './role.ts';
