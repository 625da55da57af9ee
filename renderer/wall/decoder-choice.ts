/**
 * Which WebCodecs decoder to try for a codec, and what was learnt about it: hardware that lied once
 * is not asked again for that codec as long as the page lives.
 */
export type DecoderPlace = 'hardware' | 'software';

export interface DecoderSupport {
  isSupported(config: VideoDecoderConfig): Promise<boolean>;
}

export const browserSupport: DecoderSupport = {
  async isSupported(config) {
    try {
      return (await VideoDecoder.isConfigSupported(config)).supported === true;
    } catch {
      // A codec string this browser cannot parse.
      return false;
    }
  },
};

export class DecoderChoice {
  readonly #support: DecoderSupport;
  readonly #distrusted = new Set<string>();
  readonly #answers = new Map<string, Promise<DecoderPlace | null>>();

  constructor(support: DecoderSupport = browserSupport) {
    this.#support = support;
  }

  /** Hardware first, then software; null where this browser has no decoder for it. */
  choose(codecString: string): Promise<DecoderPlace | null> {
    const known = this.#answers.get(codecString);
    if (known) return known;
    const answer = this.#ask(codecString);
    this.#answers.set(codecString, answer);
    return answer;
  }

  /** The hardware decoder took frames and gave none, or failed on every one. */
  distrustHardware(codecString: string): void {
    this.#distrusted.add(codecString);
    this.#answers.delete(codecString);
  }

  async #ask(codecString: string): Promise<DecoderPlace | null> {
    const places: readonly DecoderPlace[] = this.#distrusted.has(codecString)
      ? ['software']
      : ['hardware', 'software'];
    for (const place of places) {
      if (await this.#support.isSupported(decoderConfig(codecString, place))) return place;
    }
    return null;
  }
}

/** Annex B without a description: parameter sets are in the keyframes. */
export function decoderConfig(codecString: string, place: DecoderPlace): VideoDecoderConfig {
  return {
    codec: codecString,
    optimizeForLatency: true,
    hardwareAcceleration: place === 'hardware' ? 'prefer-hardware' : 'prefer-software',
  };
}
