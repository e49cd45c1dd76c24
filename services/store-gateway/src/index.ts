export { STORE_GATEWAY_ROLE } from './role.ts';
