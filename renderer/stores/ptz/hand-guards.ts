import { type Dispose, DisposeBag } from '../../../src/std/disposable.ts';
import type { Hand } from './hand.ts';

/**
 * Everything by which a page stops hearing the hand: from then on no key-up would come, so the hand
 * lets go at once. The core's dead-man is behind it for the page that cannot even do this.
 */
export function guardHand(hand: Hand, page: Window = window): Dispose {
  const bag = new DisposeBag();
  const letGo = () => hand.letGo();
  const listen = (target: EventTarget, name: string, listener: () => void) => {
    target.addEventListener(name, listener, true);
    bag.add(() => target.removeEventListener(name, listener, true));
  };
  // `true` hears the blur of every element too; only the window's own means that nobody is heard.
  const onBlur = () => {
    if (!page.document.hasFocus() || page.document.activeElement?.tagName === 'IFRAME') letGo();
  };
  page.addEventListener('blur', letGo);
  bag.add(() => page.removeEventListener('blur', letGo));
  listen(page.document, 'focusout', onBlur);
  listen(page.document, 'visibilitychange', () => {
    if (page.document.visibilityState !== 'visible') letGo();
  });
  listen(page, 'pagehide', letGo);
  listen(page, 'beforeunload', letGo);
  listen(page.document, 'freeze', letGo);
  listen(page, 'gamepaddisconnected', letGo);
  return () => bag.dispose();
}
