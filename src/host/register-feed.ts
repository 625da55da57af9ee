import type { EventName, EventValue } from '../contract/schemas.ts';
import type { Register, RegisterNews } from '../sites/register.types.ts';
import type { Dispose } from '../std/disposable.ts';
import type { StreamSupervisor } from '../streams/supervisor.types.ts';
import type { CameraBook } from './camera-book.ts';

export interface RegisterFeedOptions {
  readonly register: Register;
  readonly book: CameraBook;
  readonly supervisor: StreamSupervisor;
  readonly broadcast: <N extends EventName>(name: N, value: EventValue<N>) => void;
  readonly everyMs?: number;
}

/** Most ids that one event names, as the contract says. */
const maxNamed = 200;

/**
 * Brings the register's cameras to the wall. A stream that may no longer be watched is closed in the
 * same moment; pages hear of everything a little later and together.
 */
export function feedRegister(options: RegisterFeedOptions): Dispose {
  const { register, book, supervisor, broadcast, everyMs = 100 } = options;
  let timer: NodeJS.Timeout | undefined;
  let wallChanged = false;
  let siteIds: Set<string> | null = new Set();
  let cameraIds: Set<string> | null = new Set();

  book.setRegistered(register.wallCameras());
  supervisor.setSources(book.sources());

  const flush = () => {
    timer = undefined;
    const { undo, redo } = register.journal(0, 1);
    broadcast('register.changed', {
      revision: register.revision,
      siteIds: siteIds && [...siteIds],
      cameraIds: cameraIds && [...cameraIds],
      undo,
      redo,
    });
    siteIds = new Set();
    cameraIds = new Set();
    if (wallChanged) broadcast('cameras.changed', book.list());
    wallChanged = false;
  };

  const off = register.onChange((news) => {
    if (updateBook(book, register, news)) {
      supervisor.setSources(book.sources());
      wallChanged = true;
    }
    siteIds = together(siteIds, news.siteIds);
    cameraIds = together(cameraIds, news.cameraIds);
    timer ??= setTimeout(flush, everyMs);
  });
  return () => {
    off();
    clearTimeout(timer);
  };
}

function updateBook(book: CameraBook, register: Register, news: RegisterNews): boolean {
  const { siteIds, cameraIds } = news;
  if (siteIds === null || cameraIds === null) return book.setRegistered(register.wallCameras());
  const ids = new Set(cameraIds);
  // A site's name, province or hold is seen on all its cameras.
  for (const siteId of siteIds) for (const id of register.cameraIds({ siteId })) ids.add(id);
  return ids.size > 0 && book.updateRegistered(ids, register.wallCameras([...ids]));
}

function together(known: Set<string> | null, more: readonly string[] | null): Set<string> | null {
  if (known === null || more === null) return null;
  for (const id of more) known.add(id);
  return known.size > maxNamed ? null : known;
}
