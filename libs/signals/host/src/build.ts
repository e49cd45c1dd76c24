import { readFileSync } from 'node:fs';

/** What this build is. The revision and the date are set by whoever packages it. */
export interface Build {
  readonly version: string;
  readonly revision: string;
  readonly branch: string;
  /** RFC 3339, '' when unknown. */
  readonly date: string;
}

const PACKAGE = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { readonly version: string };

/** This build. */
export const BUILD: Build = {
  version: PACKAGE.version,
  revision: process.env.TELAMON_BUILD_REVISION ?? '',
  branch: process.env.TELAMON_BUILD_BRANCH ?? '',
  date: process.env.TELAMON_BUILD_DATE ?? '',
};
