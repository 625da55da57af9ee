import { createContext, useContext, useMemo, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import type { Language } from '../../src/contract/schemas.ts';
import { createWords, type Namespace, type Texts, type Words } from '../i18n.ts';
import type { CamerasModel } from '../stores/cameras-store.ts';
import type { SessionModel } from '../stores/session-store.ts';
import type { Stores } from '../stores/session-sync.ts';
import type { WallModel } from '../stores/wall-store.ts';
import type { ManageStores } from '../stores/workplace/manage-stores.ts';
import type { WorkplaceModel } from '../stores/workplace/workplace-store.ts';
import type { WallEngine } from '../wall/engine.types.ts';
import type { Core } from '../wire/core.types.ts';
import type { Commands } from './commands.ts';

/** What every screen may use. Components subscribe to the smallest part they draw. */
export interface Product extends Stores, ManageStores {
  readonly core: Core;
  readonly engine: WallEngine;
  readonly commands: Commands;
}

const ProductContext = createContext<Product | null>(null);
export const ProductProvider = ProductContext.Provider;

export function useProduct(): Product {
  const product = useContext(ProductContext);
  if (!product) throw new Error('a screen outside of ProductProvider');
  return product;
}

export function useWall<T>(select: (model: WallModel) => T): T {
  return useStore(useProduct().wall, select);
}

export function useCameras<T>(select: (model: CamerasModel) => T): T {
  return useStore(useProduct().cameras, select);
}

export function useSession<T>(select: (model: SessionModel) => T): T {
  return useStore(useProduct().session, select);
}

export function useWorkplace<T>(select: (model: WorkplaceModel) => T): T {
  return useStore(useProduct().workplace, select);
}

const wordsOf = new Map<Language, Words>();

export function wordsIn(language: Language): Words {
  let words = wordsOf.get(language);
  if (!words) {
    words = createWords(language);
    wordsOf.set(language, words);
  }
  return words;
}

export function useWords(): Words {
  const language = useSession((model) => model.language);
  return useMemo(() => wordsIn(language), [language]);
}

/** The texts of one namespace, in the language of the moment. */
export function useTexts(namespace: Namespace): Texts {
  return useWords().in(namespace);
}

/** One timer for all clocks and countdowns of the page; it runs only while somebody looks. */
const tick = {
  listeners: new Set<() => void>(),
  timer: null as ReturnType<typeof setInterval> | null,
  second: 0,
};

function subscribeTick(listener: () => void): () => void {
  tick.listeners.add(listener);
  tick.timer ??= setInterval(() => {
    const second = Math.floor(Date.now() / 1000);
    if (second === tick.second) return;
    tick.second = second;
    for (const each of [...tick.listeners]) each();
  }, 200);
  return () => {
    tick.listeners.delete(listener);
    if (tick.listeners.size === 0 && tick.timer !== null) {
      clearInterval(tick.timer);
      tick.timer = null;
    }
  };
}

const currentSecond = () => Math.floor(Date.now() / 1000);
const noSubscription = () => () => {};

/** Whole seconds since 1970 on this page's clock; re-renders each second only where `active`. */
export function useSecond(active = true): number {
  return useSyncExternalStore(active ? subscribeTick : noSubscription, currentSecond);
}
