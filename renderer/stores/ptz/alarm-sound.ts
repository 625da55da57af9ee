import { type Dispose, DisposeBag } from '../../../src/std/disposable.ts';
import type { PtzStore } from './ptz-store.ts';

/**
 * A camera that may be moving is heard until its stop was verified or a person has seen it. Whoever
 * mutes it mutes this workstation; the words on the tile stay.
 */
export interface Speaker {
  /** One signal; they follow each other every `everyMs`. */
  beep(): void;
  close(): void;
}

export const everyMs = 1200;
const shelfKey = 'vonggac.ptz.muted';

export function readMuted(): boolean {
  try {
    return localStorage.getItem(shelfKey) === 'yes';
  } catch {
    return false;
  }
}

export function keepMuted(muted: boolean): void {
  try {
    localStorage.setItem(shelfKey, muted ? 'yes' : 'no');
  } catch {
    // It holds until the page is loaded again.
  }
}

type Alarming = Pick<PtzStore, 'getState' | 'subscribe'> & {
  readonly hand: Pick<PtzStore['hand'], 'getState' | 'subscribe'>;
};

/** Sounds while any camera has an alarm, also one that no tile shows. */
export function soundAlarms(ptz: Alarming, speaker: Speaker): Dispose {
  let timer: ReturnType<typeof setInterval> | undefined;
  const isLoud = () => {
    const { states, muted } = ptz.getState();
    if (muted) return false;
    if (ptz.hand.getState().unstopped.size > 0) return true;
    return [...states.values()].some(({ alarm }) => alarm !== null);
  };
  const look = () => {
    const loud = isLoud();
    if (loud === (timer !== undefined)) return;
    clearInterval(timer);
    timer = undefined;
    if (!loud) return;
    speaker.beep();
    timer = setInterval(() => speaker.beep(), everyMs);
  };
  const bag = new DisposeBag();
  bag.add(ptz.subscribe(look));
  bag.add(ptz.hand.subscribe(look));
  look();
  return () => {
    bag.dispose();
    clearInterval(timer);
    speaker.close();
  };
}

/** Two notes that no telephone in the room has, each cut off softly so that nothing clicks. */
export function signal(context: BaseAudioContext, at: number): void {
  for (const [turn, hertz] of [880, 660].entries()) {
    const start = at + turn * 0.25;
    const tone = context.createOscillator();
    const loudness = context.createGain();
    tone.type = 'square';
    tone.frequency.value = hertz;
    loudness.gain.setValueAtTime(0, start);
    loudness.gain.linearRampToValueAtTime(0.25, start + 0.01);
    loudness.gain.setValueAtTime(0.25, start + 0.18);
    loudness.gain.linearRampToValueAtTime(0, start + 0.22);
    tone.connect(loudness).connect(context.destination);
    tone.start(start);
    tone.stop(start + 0.23);
  }
}

/** The loudspeaker of the workstation, opened when there is something to say. */
export function openSpeaker(): Speaker {
  let context: AudioContext | null = null;
  return {
    beep() {
      try {
        context ??= new AudioContext();
        // A page that nobody has touched yet may not sound in some browsers.
        if (context.state === 'suspended') void context.resume().catch(() => {});
        signal(context, context.currentTime + 0.01);
      } catch {
        // No sound card: the words on the tile have to do.
      }
    },
    close() {
      void context?.close().catch(() => {});
      context = null;
    },
  };
}
