import * as z from 'zod/mini';
import { type AuditExcerpt, auditExcerpt } from '../../src/evidence-format/audit-chain.ts';
import { readCanonicalJson } from '../../src/evidence-format/canonical-json.ts';
import { type CheckedPackage, checkPackage } from '../../src/evidence-format/check-package.ts';
import { limits, ownNames } from '../../src/evidence-format/manifest.ts';
import { findSealed } from '../../src/evidence-format/sealed-source.ts';
import { browserPrimitives } from './browser-primitives.ts';
import { element } from './element.ts';
import { sourceOfFile } from './picked-file.ts';
import { mediaSection } from './show-media.ts';
import {
  auditTable,
  comparison,
  fileTable,
  verdict,
  whoAndWhen,
  withGivenKey,
} from './show-result.ts';
import { type Language, sayIn } from './words.ts';

// The page's policy forbids code made of text.
z.config({ jitless: true });

/** The verifier that lies in every package: one page, no network, nothing but the file that is picked. */
type State =
  | { readonly stage: 'pick'; readonly message: string | null }
  | { readonly stage: 'password'; readonly file: File; readonly wasWrong: boolean }
  | { readonly stage: 'checking'; readonly file: File; readonly percent: number }
  | {
      readonly stage: 'done';
      readonly file: File;
      readonly isEncrypted: boolean;
      readonly checked: CheckedPackage;
      readonly excerpt: AuditExcerpt | null;
    };

let language: Language = navigator.language.startsWith('en') ? 'en' : 'vi';
let state: State = { stage: 'pick', message: null };
let given = '';
let turn = 0;
let addresses: string[] = [];

class Stopped extends Error {}

async function check(file: File, password: string | null): Promise<void> {
  const mine = ++turn;
  const stopIfOld = () => {
    if (mine !== turn) throw new Stopped();
  };
  become({ stage: 'checking', file, percent: 0 });
  try {
    const source = sourceOfFile(file);
    const isEncrypted = (await findSealed(source)) !== null;
    if (isEncrypted && password === null) {
      return become({ stage: 'password', file, wasWrong: false });
    }
    const checked = await checkPackage(source, {
      primitives: browserPrimitives,
      password,
      onProgress(done, total) {
        stopIfOld();
        showPercent(total === 0 ? 100 : Math.floor((done / total) * 100));
      },
    });
    stopIfOld();
    if (checked.result.container.problems[0]?.reason === 'password-wrong') {
      return become({ stage: 'password', file, wasWrong: true });
    }
    const excerpt = await readExcerpt(checked);
    become({ stage: 'done', file, isEncrypted, checked, excerpt });
  } catch (error) {
    if (mine !== turn) return;
    const reason = error instanceof Error ? error.message : String(error);
    become({ stage: 'pick', message: sayIn(language)('verifier.failed', { reason }) });
  }
}

async function readExcerpt(checked: CheckedPackage): Promise<AuditExcerpt | null> {
  const entry = checked.entries.find(({ name }) => name === ownNames.audit);
  if (!entry || !checked.source || entry.size > limits.audit) return null;
  const json = readCanonicalJson(await checked.source.read(entry.dataAt, entry.size));
  const parsed = json.ok ? z.safeParse(auditExcerpt, json.value) : null;
  return parsed?.success ? parsed.data : null;
}

function become(next: State): void {
  state = next;
  render();
}

function showPercent(percent: number): void {
  if (state.stage !== 'checking' || state.percent === percent) return;
  state = { ...state, percent };
  const bar = document.querySelector('progress');
  if (bar) bar.value = percent;
  const text = document.getElementById('percent');
  if (text) {
    text.textContent = sayIn(language)('verifier.checking', { name: state.file.name, percent });
  }
}

function render(): void {
  for (const address of addresses) URL.revokeObjectURL(address);
  addresses = [];
  const say = sayIn(language);
  document.documentElement.lang = language;
  document.title = say('verifier.title');
  const other = language === 'vi' ? 'en' : 'vi';
  const switcher = element('button', { type: 'button', lang: other, test: 'language' });
  switcher.textContent = say('verifier.language');
  switcher.onclick = () => {
    language = other;
    render();
  };
  const parts: (Node | null)[] = [
    element('header', {}, element('h1', {}, say('verifier.title')), switcher),
  ];
  if (state.stage === 'pick') parts.push(...picker(state.message));
  if (state.stage === 'password') parts.push(passwordForm(state.file, state.wasWrong));
  if (state.stage === 'checking') parts.push(checkingView(state.file, state.percent));
  if (state.stage === 'done') parts.push(...resultView(state));
  document.body.replaceChildren(...parts.filter((part) => part !== null));
}

function picker(message: string | null): Node[] {
  const say = sayIn(language);
  const input = element('input', { type: 'file', accept: '.zip,.vgp', test: 'file' });
  input.onchange = () => {
    const file = input.files?.[0];
    if (file) void check(file, null);
  };
  return [
    ...(message
      ? [element('p', { className: 'other', role: 'alert', test: 'message' }, message)]
      : []),
    element('label', { className: 'drop', test: 'drop' }, say('verifier.drop'), input),
    element('p', {}, say('verifier.offline')),
    element('p', { className: 'note' }, say('verifier.trust')),
  ];
}

function passwordForm(file: File, wasWrong: boolean): Node {
  const say = sayIn(language);
  const input = element('input', { type: 'password', autocomplete: 'off', test: 'password' });
  const form = element(
    'form',
    {},
    element('p', {}, file.name),
    wasWrong && element('p', { className: 'other', role: 'alert' }, say('problem.password-wrong')),
    element('label', {}, `${say('verifier.password')} `, input),
    ' ',
    element('button', { type: 'submit', test: 'open' }, say('verifier.open')),
  );
  form.onsubmit = (event) => {
    event.preventDefault();
    void check(file, input.value);
  };
  queueMicrotask(() => input.focus());
  return form;
}

function checkingView(file: File, percent: number): Node {
  const say = sayIn(language);
  const cancel = element('button', { type: 'button' }, say('verifier.cancel'));
  cancel.onclick = () => {
    turn++;
    become({ stage: 'pick', message: say('verifier.cancelled') });
  };
  return element(
    'section',
    {},
    element('p', { id: 'percent' }, say('verifier.checking', { name: file.name, percent })),
    element('progress', { max: 100, value: percent }),
    cancel,
  );
}

function resultView(done: State & { stage: 'done' }): (Node | null)[] {
  const say = sayIn(language);
  const { checked, file, isEncrypted } = done;
  const result = withGivenKey(checked.result, given);
  const print = element('button', { type: 'button' }, say('verifier.print'));
  print.onclick = () => window.print();
  const another = element('button', { type: 'button', test: 'another' }, say('verifier.another'));
  another.onclick = () => {
    given = '';
    become({ stage: 'pick', message: null });
  };
  return [
    element('p', {}, file.name),
    verdict(result, say),
    element('p', { className: 'no-print' }, print, ' ', another),
    comparison(result, given, say, (text) => {
      given = text;
      render();
    }),
    whoAndWhen(result, say),
    mediaSection({
      checked,
      file,
      isEncrypted,
      say,
      addressOf: (blob) => {
        const address = URL.createObjectURL(blob);
        addresses.push(address);
        return address;
      },
    }),
    result.files.length > 0 ? fileTable(result, language, say) : null,
    result.files.length > 0 ? auditTable(result, done.excerpt, say) : null,
    element('p', { className: 'note' }, say('verifier.trust')),
  ];
}

// Anywhere on the page: a file that misses the field would otherwise open in its place.
document.addEventListener('dragover', (event) => {
  event.preventDefault();
  document.querySelector('.drop')?.classList.add('over');
});
document.addEventListener('dragleave', () => {
  document.querySelector('.drop')?.classList.remove('over');
});
document.addEventListener('drop', (event) => {
  event.preventDefault();
  const file = event.dataTransfer?.files[0];
  if (file) void check(file, null);
});
render();
