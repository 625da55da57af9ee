import type { Cause } from '../../src/contract/cause.ts';
import type { StreamState } from '../../src/contract/stream-state.ts';
import { ageText, timeText, type Words } from '../i18n.ts';
import type { TileView } from '../wall/engine.types.ts';
import { remedy } from './commands.ts';
import type { GlyphName } from './glyph.tsx';

/** What a tile says, in words; drawn by `tile-message.tsx`. */
export interface TileWords {
  readonly glyph: GlyphName;
  /** The state in one or two words, for the mark and for who cannot see the picture. */
  readonly mark: string;
  /** The largest text: an age or a state. */
  readonly headline: string;
  /** When the last picture was, or when it is tried again. */
  readonly detail: string | null;
  readonly cause: string | null;
  readonly hint: string | null;
  readonly action: { readonly kind: 'login' | 'trust' | 'retry'; readonly label: string } | null;
}

/** `now` is Unix ms on the core's clock. */
export function tileWords(words: Words, view: TileView, now: number): TileWords {
  const { t } = words;
  const cause = view.cause ?? causeOf(view.stream);
  const said = {
    cause: cause ? words.causeText(cause) : null,
    hint: cause ? words.causeHint(cause) : null,
    detail: null,
    action: null,
  };
  switch (view.look) {
    case 'empty':
      return { ...said, glyph: 'empty', mark: t('tile.empty'), headline: t('tile.empty') };
    case 'live':
      return { ...said, glyph: 'live', mark: t('tile.live'), headline: t('tile.live') };
    case 'keyframes':
      return {
        ...said,
        glyph: 'keyframes',
        mark: t('tile.keyframes'),
        headline: t('tile.keyframes'),
      };
    case 'replay': {
      const replay = words.in('evidence')('page.replay.mark');
      return { ...said, glyph: 'replay', mark: replay, headline: replay };
    }
    case 'paused':
      return {
        ...said,
        glyph: 'paused',
        mark: t('tile.paused'),
        headline: view.ageMs === null ? t('tile.paused') : ageText(words, view.ageMs),
        detail: view.ageMs === null ? null : t('tile.pausedDetail'),
      };
    case 'connecting': {
      const attempt = view.stream?.phase === 'connecting' ? view.stream.attempt : 1;
      return {
        ...said,
        hint: null,
        glyph: 'connecting',
        mark: t('tile.connecting'),
        headline: t('tile.connecting'),
        detail: attempt > 1 ? t('tile.attempt', { attempt }) : null,
      };
    }
    case 'stale':
      return {
        ...said,
        glyph: 'stale',
        mark: t('tile.stale'),
        headline: view.ageMs === null ? t('tile.stale') : ageText(words, view.ageMs),
        detail: [
          view.ageMs === null ? null : t('tile.lastPicture', { time: timeText(now - view.ageMs) }),
          next(words, view.stream, now),
        ]
          .filter(Boolean)
          .join(' · '),
        action: actionOf(words, view.stream, cause),
      };
    case 'failed':
      return {
        ...said,
        ...failedWords(words, view.stream, cause),
        detail: next(words, view.stream, now),
        action: actionOf(words, view.stream, cause),
      };
  }
}

function failedWords(words: Words, stream: StreamState | null, cause: Cause | null) {
  const { t } = words;
  const one = (glyph: GlyphName, key: string) => ({ glyph, mark: t(key), headline: t(key) });
  if (isForbidden(cause)) return one('refused', 'tile.forbidden');
  switch (stream?.phase) {
    case 'refused':
      return remedy(cause) === 'trust' || cause?.code === 'tls.untrusted'
        ? one('refused', 'tile.untrusted')
        : cause?.code === 'rtsp.credentials-needed'
          ? one('refused', 'tile.loginNeeded')
          : one('refused', 'tile.refused');
    case 'unsupported':
      return one('unsupported', 'tile.unsupported');
    case 'offline':
      return one('offline', 'tile.offline');
    case 'waiting':
      return one('waiting', 'tile.waiting');
    default:
      return one('offline', 'tile.noPicture');
  }
}

/** When it goes on by itself. */
function next(words: Words, stream: StreamState | null, now: number): string | null {
  if (stream?.phase === 'connecting') return words.t('tile.reconnecting');
  if (stream?.phase !== 'waiting' && stream?.phase !== 'offline') return null;
  const seconds = Math.ceil((stream.until - now) / 1000);
  return seconds <= 0 ? words.t('tile.retryNow') : words.t('tile.retryIn', { count: seconds });
}

function actionOf(
  words: Words,
  stream: StreamState | null,
  cause: Cause | null,
): TileWords['action'] {
  // No password and no further try helps against an order.
  if (isForbidden(cause)) return null;
  const kind = remedy(cause);
  if (stream?.phase === 'refused') return { kind, label: words.t(`tile.action.${kind}`) };
  if (stream?.phase === 'waiting' || stream?.phase === 'offline') {
    return { kind: 'retry', label: words.t('tile.action.retry') };
  }
  return null;
}

/** Nobody may watch it: a forbidden place, or a site under an approval hold. */
function isForbidden(cause: Cause | null): boolean {
  return cause?.code === 'site.forbidden-place' || cause?.code === 'site.hold';
}

function causeOf(stream: StreamState | null): Cause | null {
  return stream && 'cause' in stream ? stream.cause : null;
}
