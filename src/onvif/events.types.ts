/** Real-time pull-point notification (ONVIF Core, "Event handling"; WS-BaseNotification 1.3). */
export interface PullPointOptions {
  /** How long the device keeps the subscription without a renewal; default 60,000 ms. */
  readonly keepMs?: number;
  /** A concrete-set topic expression, e.g. `tns1:VideoSource//.`; default: everything. */
  readonly topics?: string;
}

export interface EventsService {
  /**
   * @throws {Fault} `onvif.limit` where the device has no subscription left: they end by themselves
   *   only after their time
   */
  createPullPoint(options?: PullPointOptions): Promise<PullPoint>;
}

export interface PullPoint {
  /** As reached, `?Idx=…` kept. */
  readonly url: string;
  /** Our clock, ms since 1970; renew well before. */
  readonly endsAt: number;
  /**
   * Waits at the device up to `waitMs` for at most `limit` events; an empty list is no failure.
   * @throws {Fault} `onvif.gone` where the device no longer knows the subscription: make a new one
   */
  pull(options?: { readonly waitMs?: number; readonly limit?: number }): Promise<OnvifEvent[]>;
  /** False where the device refuses to renew: make a new subscription before `endsAt`. */
  renew(keepMs?: number): Promise<boolean>;
  /** Never throws: the subscription ends by itself. */
  unsubscribe(): Promise<void>;
}

export interface OnvifEvent {
  /** As the device says, prefixes included: `tns1:RuleEngine/CellMotionDetector/Motion`. */
  readonly topic: string;
  /** Without namespace prefixes, which vendors choose as they like. */
  readonly path: string;
  /** Device's clock, ms since 1970; null where unreadable. */
  readonly at: number | null;
  readonly operation: 'Initialized' | 'Changed' | 'Deleted' | '';
  readonly source: Readonly<Record<string, string>>;
  readonly key: Readonly<Record<string, string>>;
  readonly data: Readonly<Record<string, string>>;
}
