import type { SignalGrpcMethod, SignalRoute } from '@telamon/contract';
import { otlpRequestTooLarge } from '@telamon/limits';
import { TelamonError } from '@telamon/model';
import { GrpcError, GrpcStatus } from '@telamon/rpc';
import { encodeOtlpMetricsResponse } from '@telamon/wire';
import type { OtlpDeps } from './otlp-deps.ts';
import { grpcFailure, otlpFailure, retryAfterSeconds } from './otlp-failure.ts';
import { otlpHandler } from './otlp-http.ts';
import { OtlpReceiver } from './otlp-receiver.ts';

const PATHS = ['/otlp/v1/metrics', '/api/v1/otlp/v1/metrics', '/opentelemetry/v1/metrics', '/v1/metrics'];
const EXPORT = '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export';

/** HTTP routes of OTLP metrics: Mimir's, Prometheus' and Cortex', VictoriaMetrics', and the exporters' default path. */
export function otlpRoutes(deps: OtlpDeps): SignalRoute[] {
  const handler = otlpHandler(deps, new OtlpReceiver(deps));
  return PATHS.map((pattern) => ({ methods: ['POST'], pattern, tenancy: 'one', handler }));
}

/** The gRPC method of OTLP metrics. Failures carry the code that makes clients do what the HTTP status would. */
export function otlpMethods(deps: OtlpDeps): SignalGrpcMethod[] {
  const receiver = new OtlpReceiver(deps);
  const random = deps.random ?? Math.random;
  return [
    {
      path: EXPORT,
      handler: async (body, { tenants, metadata }) => {
        const [tenant, ...others] = tenants;
        if (tenant === undefined || others.length > 0) {
          throw new GrpcError(GrpcStatus.INVALID_ARGUMENT, 'multiple org IDs present');
        }
        try {
          if (body.length > deps.maxRequestSizeBytes) {
            throw otlpRequestTooLarge({ uncompressedBytes: body.length, limitBytes: deps.maxRequestSizeBytes });
          }
          receiver.admit(tenant);
          const partial = await receiver.receive({ tenant, encoding: 'protobuf', body, headers: metadata });
          return encodeOtlpMetricsResponse('protobuf', partial);
        } catch (error) {
          if (!(error instanceof TelamonError)) deps.log.error('OTLP request failed', { error, tenant });
          throw grpcFailure(otlpFailure(error), retryAfterSeconds(undefined, random()));
        }
      },
    },
  ];
}
