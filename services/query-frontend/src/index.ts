export { QUERY_FRONTEND_ROLE } from './role.ts';
