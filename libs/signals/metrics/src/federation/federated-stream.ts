import { Labels, splitTenantIds } from '@telamon/model';
import { unpackFrame } from '../frame/packed-frame.ts';
import { readSeriesFrame, SeriesFrameWriter } from '../frame/series-frame.ts';
import type { FrameStream } from '../query/frame-queryable.ts';
import { mergeStreams } from '../remote/merge-streams.ts';
import { narrowTenants, withTenant } from './tenant-label.ts';

/**
 * A stream for requests of one tenant or of several (`a|b`), which are asked side by side; their series get the tenant's label then. The
 * frames of several tenants are not in order. `streamOf` gives the stream of one.
 */
export function federatedStream(streamOf: (tenant: string) => FrameStream): FrameStream {
  return (request, signal) => {
    const all = splitTenantIds(request.tenant);
    if (all.length === 1) return streamOf(request.tenant)(request, signal);
    const { tenants, matchers } = narrowTenants(all, request.matchers);
    return mergeStreams(tenants.map((tenant) => labelled(streamOf(tenant)({ ...request, tenant, matchers }, signal), tenant)));
  };
}

async function* labelled(frames: AsyncIterable<Uint8Array>, tenant: string): AsyncIterable<Uint8Array> {
  for await (const frame of frames) {
    const writer = new SeriesFrameWriter(frame.byteLength);
    for (const { labels, chunks } of readSeriesFrame(unpackFrame(frame))) {
      writer.beginSeries(withTenant(Labels.fromBytes(labels), tenant).bytes());
      for (const { encoding, minTimeMs, maxTimeMs, data } of chunks) writer.addChunk(encoding, minTimeMs, maxTimeMs, data);
    }
    yield writer.finish();
  }
}
