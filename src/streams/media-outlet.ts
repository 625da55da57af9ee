import * as z from 'zod/mini';
import { type MediaNotice, type MediaRequest, mediaRequest } from '../contract/schemas.ts';
import type { Wire } from '../contract/wire.ts';
import type { Dispose } from '../std/disposable.ts';
import { Fault } from '../std/fault.ts';
import { type Logger, silentLog } from '../std/log.ts';
import { createNativeDecoders, type NativeDecoders } from './native-decoder.ts';
import { OutletChannel } from './outlet-channel.ts';
import { OutletSender, senderOptions } from './outlet-sender.ts';
import type { ReplayDoor } from './replay-door.ts';
import type { StreamSupervisor } from './supervisor.types.ts';

/**
 * The core's side of the media wire: the page's decode worker opens channels onto streams, and gets
 * their pictures in batches, the current group of pictures first. It never gets more than it takes
 * (`outlet-sender.ts`), and never a picture that it cannot decode (`channel-queue.ts`).
 */
export interface MediaOutletOptions {
  readonly log?: Logger;
  /** Shared by all wires; by default one for each supervisor. */
  readonly decoders?: NativeDecoders;
  readonly maxChannels?: number;
  /** Channels that ask for a replay session are played from here. */
  readonly replay?: ReplayDoor | null;
  /** Bytes sent and not acknowledged at most. */
  readonly windowBytes?: number;
}

const maxRequestBytes = 16 * 1024;
const complaintsLogged = 5;
const decodersOf = new WeakMap<StreamSupervisor, NativeDecoders>();

/** Serves one wire until it closes, or until the returned function is called; that closes it. */
export function serveMedia(
  wire: Wire,
  supervisor: StreamSupervisor,
  options: MediaOutletOptions = {},
): Dispose {
  const log = options.log ?? silentLog;
  const maxChannels = options.maxChannels ?? 200;
  const decoders = options.decoders ?? sharedDecoders(supervisor, log);
  const channels = new Map<number, OutletChannel>();
  const sender = new OutletSender(wire, channels, {
    ...senderOptions,
    windowBytes: options.windowBytes ?? senderOptions.windowBytes,
    onFailed: (error) => {
      log.debug('media wire failed', { why: Fault.from(error).message });
      end();
    },
  });
  let complaints = 0;
  let ended = false;

  const complain = (what: string) => {
    if (complaints++ < complaintsLogged) log.warn('media request ignored', { what });
  };
  const refuse = (channel: number, cause: Fault) =>
    sender.notice({ type: 'refused', channel, cause: cause.shown } satisfies MediaNotice);

  const open = (request: Extract<MediaRequest, { type: 'open' }>) => {
    channels.get(request.channel)?.close();
    channels.delete(request.channel);
    if (channels.size >= maxChannels) {
      refuse(request.channel, new Fault('host.busy', 'too many channels'));
      return;
    }
    const replay = request.replay ? joinReplay(request, request.replay.sessionId) : null;
    if (request.replay && !replay) return;
    const channel = new OutletChannel(request, {
      supervisor: replay?.streams ?? supervisor,
      decoders: replay?.decoders ?? decoders,
      ...(replay && { replay: { onClose: () => replay.leave() } }),
      wake: () => sender.wake(),
      keepsUp: () => sender.keepsUp,
      refuse: (cause) => sender.notice({ type: 'refused', channel: request.channel, cause }),
    });
    channels.set(request.channel, channel);
    channel.start();
    replay?.onEnd((cause) => {
      channel.close();
      if (channels.get(request.channel) === channel) channels.delete(request.channel);
      sender.notice({ type: 'refused', channel: request.channel, cause } satisfies MediaNotice);
    });
    replay?.onState((notice) => {
      channel.queue.notice({ type: 'replay', channel: request.channel, ...notice });
      sender.wake();
    });
  };

  const joinReplay = (request: Extract<MediaRequest, { type: 'open' }>, sessionId: string) => {
    try {
      if (!options.replay) throw new Fault('replay.nothing', 'no replay on this wire');
      return options.replay.join(sessionId, request.key.cameraId);
    } catch (error) {
      refuse(request.channel, Fault.from(error));
      return null;
    }
  };

  const take = (message: string | Uint8Array) => {
    if (typeof message !== 'string' || message.length > maxRequestBytes) {
      complain('not a short text');
      return;
    }
    const request = parse(message);
    if (!request) {
      complain('not a request');
      return;
    }
    if (request.type === 'ack') {
      sender.acknowledge(request.bytes);
      return;
    }
    if (!isChannelNumber(request.channel)) {
      complain('not a channel');
    } else if (request.type === 'open') {
      open(request);
    } else if (request.type === 'adjust') {
      const channel = channels.get(request.channel);
      if (channel) channel.adjust(request);
      else refuse(request.channel, new Fault('input.unknown', 'no such channel'));
    } else {
      channels.get(request.channel)?.close();
      channels.delete(request.channel);
    }
  };

  const stopListening = wire.onMessage((message) => {
    try {
      if (!ended) take(message);
    } catch (error) {
      log.error('media request failed', { why: Fault.from(error).message });
    }
  });
  const end = () => {
    if (ended) return;
    ended = true;
    stopListening();
    stopWaiting();
    sender.close();
    for (const channel of channels.values()) channel.close();
    channels.clear();
  };
  const stopWaiting = wire.onClose(end);
  return () => {
    if (ended) return;
    end();
    wire.close();
  };
}

function parse(message: string): MediaRequest | null {
  try {
    return z.parse(mediaRequest, JSON.parse(message));
  } catch {
    return null;
  }
}

function isChannelNumber(channel: number): boolean {
  return Number.isInteger(channel) && channel >= 0 && channel <= 0xffff_ffff;
}

/** All wires of a supervisor share the children; the supervisor's readers hold them together. */
function sharedDecoders(supervisor: StreamSupervisor, log: Logger): NativeDecoders {
  let decoders = decodersOf.get(supervisor);
  if (!decoders) {
    decoders = createNativeDecoders({ supervisor, log });
    decodersOf.set(supervisor, decoders);
  }
  return decoders;
}
