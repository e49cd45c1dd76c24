import type { ApiHandler } from './api-request.ts';

/** `GET /api/v1/rules/{namespace}`, the configuration of rules: that of a tenant without rule groups. */
export const absentRuleGroupsHandler: ApiHandler = async () => ({
  status: 404,
  contentType: 'text/plain; charset=utf-8',
  body: 'no rule groups found\n',
});
