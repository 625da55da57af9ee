import type { Kiosk } from '../../src/kiosk/start-kiosk.ts';
import { until } from './running-wall.ts';

/**
 * A hand at the page of a running kiosk: looks for what a person reads, and presses it with real mouse
 * and key events.
 */
export interface PageHand {
  /** Presses the first enabled thing whose whole text or name is this; waits until it is there. */
  press(name: string, within?: string): Promise<void>;
  /** Types into the field of this label. */
  type(label: string, text: string): Promise<void>;
  /** Chooses a value of the list of this label. */
  pick(label: string, value: string): Promise<void>;
  /** Ticks the row in which this text stands. */
  choose(text: string): Promise<void>;
  leaveDialog(): Promise<void>;
  key(code: string, key: string): Promise<void>;
  /** Gives a file to the file field. */
  give(path: string): Promise<void>;
  /** Waits until the page shows this text. */
  sees(text: string, seconds?: number): Promise<void>;
  /** Waits until it does not any more. */
  gone(text: string, seconds?: number): Promise<void>;
  text(): Promise<string>;
  picture(): Promise<Buffer>;
}

const finder = `
const visible = (one) => { const box = one.getBoundingClientRect(); return box.width > 0 && box.height > 0; };
const plain = (text) => (text ?? '').replace(/\\s+/gu, ' ').trim();
const named = (one) => [plain(one.innerText), plain(one.getAttribute('aria-label')), plain(one.title)];
`;

export function handAt(kiosk: Kiosk): PageHand {
  const run = (body: string) => kiosk.evaluate(`(() => {${finder}${body}})()`);
  const text = async () => String(await kiosk.evaluate('document.body.innerText'));
  const clickAt = async (x: number, y: number) => {
    for (const type of ['mouseMoved', 'mousePressed', 'mouseReleased']) {
      const button = type === 'mouseMoved' ? 'none' : 'left';
      await kiosk.send('Input.dispatchMouseEvent', { type, x, y, button, clickCount: 1 });
    }
  };
  /** @param body returns the element */
  const clickOn = async (what: string, body: string) => {
    let spot: { x: number; y: number } | null = null;
    await until(
      what,
      async () => {
        spot = (await run(`
          const one = (() => {${body}})();
          if (!one || one.disabled || one.getAttribute('aria-disabled') === 'true') return null;
          one.scrollIntoView({ block: 'nearest' });
          const box = one.getBoundingClientRect();
          return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
        `)) as typeof spot;
        return spot !== null;
      },
      20,
    ).catch(async (error) => {
      throw new Error(`${String(error)}\n${(await text()).slice(0, 3000)}`);
    });
    await clickAt(spot!.x, spot!.y);
  };
  const key = async (code: string, typed: string) => {
    const special: Record<string, number> = { Escape: 27, Enter: 13 };
    const windowsVirtualKeyCode = special[typed] ?? typed.toUpperCase().charCodeAt(0);
    for (const type of ['keyDown', 'keyUp']) {
      await kiosk.send('Input.dispatchKeyEvent', {
        type,
        code,
        key: typed,
        windowsVirtualKeyCode,
        ...(type === 'keyDown' && typed.length === 1 ? { text: typed } : {}),
      });
    }
  };
  return {
    press: (name, within = 'body') =>
      clickOn(
        `button ${name}`,
        `const wanted = ${JSON.stringify(name)};
         const all = [...document.querySelectorAll(${JSON.stringify(within)} + ' :is(button,[role=tab],[role=button],[role=treeitem],[role=option],[role=radio],label,a)')];
         return all.find((one) => visible(one) && named(one).some((text) => text === wanted))
           ?? all.find((one) => visible(one) && named(one).some((text) => text.startsWith(wanted)));`,
      ),
    async type(label, value) {
      await clickOn(
        `field ${label}`,
        `const wanted = ${JSON.stringify(label)};
         const label = [...document.querySelectorAll('label')].find((one) => visible(one) && plain(one.innerText) === wanted);
         const field = label && (label.control ?? document.getElementById(label.htmlFor));
         return field ?? [...document.querySelectorAll('input,textarea')].find((one) => visible(one) && plain(one.getAttribute('aria-label')) === wanted);`,
      );
      await kiosk.evaluate('document.activeElement?.select?.()');
      await kiosk.send('Input.insertText', { text: value });
    },
    async pick(label, value) {
      await until(
        `list ${label}`,
        async () =>
          (await run(`
            const wanted = ${JSON.stringify(label)};
            const label = [...document.querySelectorAll('label')].find((one) => visible(one) && plain(one.innerText) === wanted);
            const list = label?.control;
            if (list?.tagName !== 'SELECT') return false;
            Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, 'value').set.call(list, ${JSON.stringify(value)});
            list.dispatchEvent(new Event('change', { bubbles: true }));
            return true;`)) === true,
        10,
      );
    },
    choose: (wanted) =>
      clickOn(
        `row ${wanted}`,
        `const cell = [...document.querySelectorAll('[role=row],tr,li')].find((one) => visible(one) && one.innerText.includes(${JSON.stringify(wanted)}));
         return cell?.querySelector('input[type=checkbox]') ?? cell;`,
      ),
    async leaveDialog() {
      const isGone = async () =>
        (await run(`return document.querySelector('[role=dialog]') === null`)) === true;
      // Once: while the dialog fades away, a second one would leave the room as well.
      if (!(await isGone())) await key('Escape', 'Escape');
      await until('no dialog', isGone, 10);
    },
    key,
    async give(path) {
      await until(
        'file field',
        async () =>
          (await run(`return document.querySelector('input[type=file]') !== null`)) === true,
        10,
      );
      const { result } = (await kiosk.send('Runtime.evaluate', {
        expression: "document.querySelector('input[type=file]')",
      })) as { result: { objectId: string } };
      await kiosk.send('DOM.setFileInputFiles', { files: [path], objectId: result.objectId });
    },
    sees: (wanted, seconds = 20) =>
      until(`"${wanted}"`, async () => (await text()).includes(wanted), seconds).catch(
        async (error) => {
          throw new Error(`${String(error)}\n${(await text()).slice(0, 3000)}`);
        },
      ),
    gone: (wanted, seconds = 20) =>
      until(`no "${wanted}"`, async () => !(await text()).includes(wanted), seconds),
    text,
    async picture() {
      const { data } = (await kiosk.send('Page.captureScreenshot', { format: 'png' })) as {
        data: string;
      };
      return Buffer.from(data, 'base64');
    },
  };
}
