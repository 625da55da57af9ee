import { createRoot } from 'react-dom/client';
import { afterEach, expect, test } from 'vitest';
import { OriginalsChoice } from '../../../../renderer/screens/privacy/originals-choice.tsx';
import { ProductProvider } from '../../../../renderer/screens/product.tsx';
import type { EvidenceItem } from '../../../../src/contract/evidence-schemas.ts';
import type { Role } from '../../../../src/contract/operator-schemas.ts';
import { fakeOperatorState } from '../fakes.ts';
import { mount, unmountAll, until } from '../mount.tsx';

const undo: (() => void)[] = [];
afterEach(() => {
  for (const step of undo.splice(0)) step();
  unmountAll();
});

async function choice(role: Role, exposed: boolean) {
  const session = fakeOperatorState.session!;
  const state = {
    ...fakeOperatorState,
    session: { ...session, operator: { ...session.operator, role } },
  };
  const mounted = await mount({ prepare: (core) => core.answer('operators.me', () => state) });
  await until(() => mounted.operators.getState().state?.session?.operator.role === role);
  const place = document.createElement('div');
  document.body.append(place);
  const root = createRoot(place);
  undo.push(() => {
    root.unmount();
    place.remove();
  });
  const chosen: boolean[] = [];
  const items = [{ exposed } as EvidenceItem, {} as EvidenceItem];
  root.render(
    <ProductProvider value={mounted}>
      <OriginalsChoice items={items} withOriginals onChange={(choice) => chosen.push(choice)} />
    </ProductProvider>,
  );
  await new Promise((resolve) => setTimeout(resolve, 50));
  return { chosen, radios: () => [...place.querySelectorAll('input')], place };
}

test('a supervisor chooses between originals and masked copies', async () => {
  const { chosen, radios, place } = await choice('supervisor', true);
  await until(() => radios().length === 2);
  expect(place.textContent).toContain('1 mục để lộ phần được che');
  expect(radios().map(({ checked, disabled }) => [checked, disabled])).toEqual([
    [false, false],
    [true, false],
  ]);
  radios()[0]!.click();
  await until(() => chosen.includes(false));
});

test('an evidence officer has masked copies only, and is told why', async () => {
  const { radios, place } = await choice('evidence', true);
  await until(() => radios().length === 2);
  expect(radios().map(({ checked, disabled }) => [checked, disabled])).toEqual([
    [true, false],
    [false, true],
  ]);
  expect(place.textContent).toContain('Chỉ người quản trị và người giám sát');
});

test('where nothing is masked nobody is asked', async () => {
  const { place } = await choice('supervisor', false);
  expect(place.textContent).toBe('');
});
