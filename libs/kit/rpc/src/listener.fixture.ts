import { createSilentLogger } from '@telamon/telemetry';
import { afterEach } from 'vitest';
import { HttpListener, type HttpListenerOptions } from './http-listener.ts';

/** Starts listeners on free ports and stops them after each test. */
export function useListeners(): (
  setUp: (listener: HttpListener) => void,
  options?: Partial<HttpListenerOptions>,
) => Promise<HttpListener> {
  const started: HttpListener[] = [];
  afterEach(async () => {
    await Promise.all(started.splice(0).map((listener) => listener.stop(0)));
  });
  return async (setUp, options = {}) => {
    const listener = new HttpListener({
      name: 'test',
      address: '127.0.0.1',
      port: 0,
      portOption: '--http.test-listen-port',
      tenants: { isMultitenant: false },
      log: createSilentLogger(),
      ...options,
    });
    setUp(listener);
    await listener.start();
    started.push(listener);
    return listener;
  };
}
