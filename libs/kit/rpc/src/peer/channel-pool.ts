import { Channel, type ChannelInterface, connectivityState } from '@grpc/grpc-js';
import type { ChannelSecurity } from './channel-security.ts';
import { PEER_WINDOW_BYTES } from './peer-server.ts';

/** How the channels of one address are made. */
export interface ChannelPoolOptions {
  readonly address: string;
  /** Asked for each channel, as certificates are renewed. */
  readonly security: () => ChannelSecurity;
  readonly channels: number;
  readonly maxReceiveBytes: number;
  readonly keepaliveIntervalMs: number;
  readonly keepaliveTimeoutMs: number;
}

/** A channel that a call runs on. */
export interface PooledChannel {
  readonly channel: ChannelInterface;
  /** Calls on it. */
  readonly inFlight: number;
}

class Slot implements PooledChannel {
  readonly channel: ChannelInterface;
  inFlight = 0;
  isRetired = false;

  constructor(channel: ChannelInterface) {
    this.channel = channel;
  }
}

/**
 * A few connections to one address: each call takes the least busy one, and a further one is opened only when all are busy. None is opened
 * before the first call.
 */
export class ChannelPool {
  readonly #options: ChannelPoolOptions;
  #slots: Slot[] = [];
  #turn = 0;
  #inFlight = 0;
  #isClosing = false;

  constructor(options: ChannelPoolOptions) {
    this.#options = options;
  }

  /** Calls on all channels. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** A channel for one call, given back with {@link release}. Throws when the address can't be parsed. */
  take(): PooledChannel {
    const slot = this.#leastBusy();
    slot.inFlight++;
    this.#inFlight++;
    return slot;
  }

  /** The call is over. `hasTimedOut`: without a reply; a channel that is not even connected then is replaced. */
  release(pooled: PooledChannel, hasTimedOut: boolean): void {
    const slot = pooled as Slot;
    slot.inFlight--;
    this.#inFlight--;
    // A peer that accepts connections and then says nothing would keep the channel connecting for ever.
    if (hasTimedOut && slot.channel.getConnectivityState(false) !== connectivityState.READY) this.#retire(slot);
    if (slot.inFlight === 0 && (slot.isRetired || this.#isClosing)) this.#close(slot);
  }

  /** New calls get new channels, e.g. with new certificates; the old ones close after their calls. */
  renew(): void {
    for (const slot of [...this.#slots]) this.#retire(slot);
  }

  /** Channels that are not connected, and might wait before they try again, give way to new ones. */
  dropBroken(): void {
    for (const slot of [...this.#slots])
      if (slot.channel.getConnectivityState(false) !== connectivityState.READY) this.#retire(slot);
  }

  /** Closes each channel when its calls have ended; calls made later open one for their time. */
  closeWhenIdle(): void {
    this.#isClosing = true;
    for (const slot of [...this.#slots]) if (slot.inFlight === 0) this.#close(slot);
  }

  #leastBusy(): Slot {
    let best: Slot | undefined;
    for (let index = 0; index < this.#slots.length; index++) {
      const slot = this.#slots[(this.#turn + index) % this.#slots.length]!;
      if (!best || slot.inFlight < best.inFlight) best = slot;
    }
    this.#turn++;
    if (best && (best.inFlight === 0 || this.#slots.length >= this.#options.channels)) return best;
    const slot = new Slot(this.#open());
    this.#slots.push(slot);
    return slot;
  }

  #open(): ChannelInterface {
    const { address, maxReceiveBytes, keepaliveIntervalMs, keepaliveTimeoutMs } = this.#options;
    const { credentials, requestedName } = this.#options.security();
    return new Channel(`dns:${address}`, credentials, {
      'grpc.max_receive_message_length': maxReceiveBytes,
      'grpc.max_send_message_length': -1,
      'grpc.keepalive_time_ms': keepaliveIntervalMs,
      'grpc.keepalive_timeout_ms': keepaliveTimeoutMs,
      'grpc.keepalive_permit_without_calls': 1,
      'grpc.initial_reconnect_backoff_ms': 100,
      'grpc.max_reconnect_backoff_ms': 2000,
      'grpc.dns_min_time_between_resolutions_ms': 2000,
      'grpc-node.flow_control_window': PEER_WINDOW_BYTES,
      // Otherwise all channels to one address are one connection.
      'grpc.use_local_subchannel_pool': 1,
      // Retries belong to whoever knows whether a call may run twice; the library would also keep a copy of each message.
      'grpc.enable_retries': 0,
      'grpc.service_config_disable_resolution': 1,
      // Peers are never behind the proxy of the environment.
      'grpc.enable_http_proxy': 0,
      'grpc.enable_channelz': 0,
      ...(requestedName === '' ? {} : { 'grpc.ssl_target_name_override': requestedName }),
    });
  }

  #retire(slot: Slot): void {
    slot.isRetired = true;
    this.#slots = this.#slots.filter((other) => other !== slot);
    if (slot.inFlight === 0) this.#close(slot);
  }

  #close(slot: Slot): void {
    this.#slots = this.#slots.filter((other) => other !== slot);
    slot.channel.close();
  }
}
