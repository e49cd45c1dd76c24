import { type CatalogueError, catalogueError, type ErrorId } from './error-id.ts';

/** What a process refuses for its own sake, whoever asks. Limits in force aren't told, so that users don't learn the cluster's size. */

/** The distributor takes too many samples. */
export function distributorMaxIngestionRate(): CatalogueError {
  return instance(
    'distributor',
    'max-ingestion-rate',
    'the write request has been rejected because the distributor exceeded the ingestion rate limit',
  );
}

/** The distributor has too many write requests at once. */
export function distributorMaxInflightPushRequests(): CatalogueError {
  const sentence =
    'the write request has been rejected because the distributor exceeded the allowed number of inflight push requests';
  return instance('distributor', 'max-inflight-push-requests', sentence);
}

/** The write requests in the distributor are too large together. */
export function distributorMaxInflightPushRequestsBytes(): CatalogueError {
  const sentence =
    'the write request has been rejected because the distributor exceeded the allowed total size in bytes of inflight push requests';
  return instance('distributor', 'max-inflight-push-requests-bytes', sentence);
}

/** The ingester takes too many samples. */
export function ingesterMaxIngestionRate(): CatalogueError {
  return instance(
    'ingester',
    'max-ingestion-rate',
    'the write request has been rejected because the ingester exceeded the samples ingestion rate limit',
  );
}

/** The ingester has as many tenants as it may. */
export function ingesterMaxTenants(): CatalogueError {
  return instance(
    'ingester',
    'max-tenants',
    'the write request has been rejected because the ingester exceeded the allowed number of tenants',
  );
}

/** The ingester has as many series as it may. */
export function ingesterMaxSeries(): CatalogueError {
  return instance(
    'ingester',
    'max-series',
    'the write request has been rejected because the ingester exceeded the allowed number of in-memory series',
  );
}

/** The ingester has too many write requests at once. */
export function ingesterMaxInflightPushRequests(): CatalogueError {
  const sentence =
    'the write request has been rejected because the ingester exceeded the allowed number of inflight push requests';
  return instance('ingester', 'max-inflight-push-requests', sentence);
}

/** The write requests in the ingester are too large together. */
export function ingesterMaxInflightPushRequestsBytes(): CatalogueError {
  const sentence =
    'the write request has been rejected because the ingester exceeded the allowed total size in bytes of inflight push requests';
  return instance('ingester', 'max-inflight-push-requests-bytes', sentence);
}

/** The ingester has too many read requests at once. */
export function ingesterMaxInflightReadRequests(): CatalogueError {
  return catalogueError(
    'ingester-max-inflight-read-requests',
    503,
    'the read request has been rejected because the ingester exceeded the allowed number of inflight read requests',
  );
}

/** Size of a request's body as far as it is known, bytes. */
export interface RequestSize {
  readonly compressedBytes?: number;
  readonly uncompressedBytes?: number;
  readonly limitBytes: number;
}

/** A remote-write request that is too large. */
export function writeMessageTooLarge(size: RequestSize): CatalogueError {
  const sentence = `the incoming push request has been rejected because its message size${sizeText(size)} is larger than the allowed limit of ${size.limitBytes} bytes`;
  return catalogueError('distributor-max-write-message-size', 413, sentence, {
    instanceFlags: ['distributor.max-recv-msg-size'],
  });
}

/** An OTLP request that is too large. */
export function otlpRequestTooLarge(size: RequestSize): CatalogueError {
  const sentence = `the incoming OTLP request has been rejected because its message size${sizeText(size)} is larger than the allowed limit of ${size.limitBytes} bytes`;
  return catalogueError('distributor-max-otlp-request-size', 413, sentence, {
    instanceFlags: ['distributor.max-otlp-request-size'],
  });
}

type InstanceLimit = 'max-ingestion-rate' | 'max-inflight-push-requests' | 'max-inflight-push-requests-bytes';

function instance(role: 'distributor', limit: InstanceLimit, sentence: string): CatalogueError;
function instance(role: 'ingester', limit: InstanceLimit | 'max-tenants' | 'max-series', sentence: string): CatalogueError;
function instance(role: 'distributor' | 'ingester', limit: string, sentence: string): CatalogueError {
  return catalogueError(`${role}-${limit}` as ErrorId, 503, sentence, { instanceFlags: [`${role}.instance-limits.${limit}`] });
}

function sizeText({ uncompressedBytes, compressedBytes }: RequestSize): string {
  if (uncompressedBytes !== undefined) return ` of ${uncompressedBytes} bytes (uncompressed)`;
  return compressedBytes === undefined ? '' : ` of ${compressedBytes} bytes (compressed)`;
}
