/**
 * Writes one sample through the gateway (OTLP/JSON) and asks for it until it is there.
 * ROOT_URL: the gateway; TENANT: sent as X-Scope-OrgID; TIMEOUT_SECONDS: when to give up. Exit status 0: seen.
 */
const root = process.env.ROOT_URL;
const headers = { 'Content-Type': 'application/json', 'X-Scope-OrgID': process.env.TENANT ?? '' };
const deadlineMs = Date.now() + Number(process.env.TIMEOUT_SECONDS ?? 60) * 1000;
const value = Math.floor(Math.random() * 2 ** 30);
const run = `run-${Date.now()}-${value}`;

await until('write', async () => {
  const point = {
    timeUnixNano: `${Date.now()}000000`,
    asDouble: value,
    attributes: [{ key: 'run', value: { stringValue: run } }],
  };
  const body = {
    resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'telamon_smoke_test', gauge: { dataPoints: [point] } }] }] }],
  };
  const { status, text } = await ask('/otlp/v1/metrics', { method: 'POST', body: JSON.stringify(body) });
  return status === 200 ? 'done' : `${status} ${text}`;
});
await until('query', async () => {
  const query = new URLSearchParams({ query: `telamon_smoke_test{run="${run}"}` });
  const { status, text } = await ask(`/prometheus/api/v1/query?${query}`, {});
  if (status !== 200) return `${status} ${text}`;
  return JSON.parse(text).data.result[0]?.value[1] === String(value) ? 'done' : `not there yet: ${text}`;
});
console.log(`wrote ${value} and read it back`);

async function ask(path, init) {
  const response = await fetch(root + path, { ...init, headers, signal: AbortSignal.timeout(10_000) });
  return { status: response.status, text: (await response.text()).slice(0, 500) };
}

/** Tries until it is done or the time is over. */
async function until(what, attempt) {
  for (;;) {
    const outcome = await attempt().catch((error) => `${error.message} ${error.cause?.message ?? ''}`);
    if (outcome === 'done') return;
    if (Date.now() > deadlineMs) {
      console.error(`${what} failed: ${outcome}`);
      process.exit(1);
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
