/** What stands in place of a secret, in logs, pages and errors. */
export const REDACTED = '<redacted>';

const SECRET_KEY =
  /(^|[_-])pass$|password|passwd|passphrase|secret|token|authorization|cookie|credential|api[-_]?key|access[-_]?key|private[-_]?key|sse[-_]?c/i;

/** Whether a field's name says that its value is secret. */
export function isSecretKey(key: string): boolean {
  return SECRET_KEY.test(key);
}

/** Hides credentials inside a text: user information of URLs, Bearer and Basic tokens, secret query parameters. Linear in the length. */
export function redactText(text: string): string {
  return text
    .replace(/([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/@"']{1,512}@/gi, `$1${REDACTED}@`)
    .replace(/\b(bearer|basic) +[A-Za-z0-9+/=._~-]{4,}/gi, `$1 ${REDACTED}`)
    .replace(/([?&](?:[a-z_-]{0,40}(?:token|secret|password|signature|credential)[a-z_-]{0,10})=)[^&\s"']+/gi, `$1${REDACTED}`);
}
