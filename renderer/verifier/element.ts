type Child = Node | string | null | undefined | false;

/** Builds an element. Text is always text: what a package says is never read as HTML. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Partial<HTMLElementTagNameMap[K]> & { readonly test?: string } = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const { test, ...own } = properties;
  const made = Object.assign(document.createElement(tag), own);
  if (test) made.dataset['test'] = test;
  made.append(
    ...children.filter((child) => child !== null && child !== undefined && child !== false),
  );
  return made;
}

export function tableOf(
  headings: readonly string[],
  rows: readonly { readonly cells: readonly Child[]; readonly look?: string }[],
  test: string,
): HTMLElement {
  return element(
    'div',
    { className: 'scroll' },
    element(
      'table',
      { test },
      element(
        'thead',
        {},
        element('tr', {}, ...headings.map((text) => element('th', { scope: 'col' }, text))),
      ),
      element(
        'tbody',
        {},
        ...rows.map(({ cells, look = '' }) =>
          element('tr', { className: look }, ...cells.map((cell) => element('td', {}, cell))),
        ),
      ),
    ),
  );
}
