import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Cause } from '../../src/contract/cause.ts';
import type { Hello, Language } from '../../src/contract/schemas.ts';

/** What is open in front of the wall. */
export type OpenDialog =
  | { readonly kind: 'add-source' }
  | { readonly kind: 'start' }
  | { readonly kind: 'help' }
  | { readonly kind: 'clear' }
  | { readonly kind: 'login'; readonly cameraId: string }
  | { readonly kind: 'trust'; readonly cameraId: string; readonly fingerprint: string }
  | { readonly kind: 'focal'; readonly cameraId: string }
  | { readonly kind: 'remove'; readonly cameraId: string };

export interface SessionModel {
  readonly hello: Hello | null;
  readonly language: Language;
  /** The core's clock minus the page's, in milliseconds. */
  readonly clockOffsetMs: number;
  readonly dialog: OpenDialog | null;
  /** A failure that belongs to no tile and no dialog, such as a wall that cannot be saved. */
  readonly trouble: Cause | null;
  readonly dismissedWarnings: ReadonlySet<string>;
  readonly demoBannerHidden: boolean;
}

export interface SessionStore extends StoreApi<SessionModel> {
  greet(hello: Hello, now: number): void;
  setLanguage(language: Language): void;
  open(dialog: OpenDialog): void;
  closeDialog(): void;
  setTrouble(cause: Cause | null): void;
  dismissWarning(key: string): void;
  hideDemoBanner(): void;
}

export function createSessionStore(language: Language): SessionStore {
  const store = createStore<SessionModel>(() => ({
    hello: null,
    language,
    clockOffsetMs: 0,
    dialog: null,
    trouble: null,
    dismissedWarnings: new Set(),
    demoBannerHidden: false,
  }));
  return {
    ...store,
    greet: (hello, now) =>
      store.setState({ hello, language: hello.language, clockOffsetMs: hello.now - now }),
    setLanguage: (next) => store.setState({ language: next }),
    open: (dialog) => store.setState({ dialog }),
    closeDialog: () => store.setState({ dialog: null }),
    setTrouble: (trouble) => store.setState({ trouble }),
    dismissWarning: (key) =>
      store.setState(({ dismissedWarnings }) => ({
        dismissedWarnings: new Set([...dismissedWarnings, key]),
      })),
    hideDemoBanner: () => store.setState({ demoBannerHidden: true }),
  };
}
