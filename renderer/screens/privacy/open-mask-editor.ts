import { mayAct } from '../../stores/operators/operators-store.ts';
import type { Product } from '../product.tsx';

/** Asks who is there first: what is masked shows through while masks are drawn. */
export async function openMaskEditor(product: Product, tile: number, cameraId: string) {
  const { operators, privacy, session, commands, ptz, wall } = product;
  if (!mayAct(operators.getState().state) && !(await operators.ask())) return;
  if (!operators.getState().state?.rights.includes('settings.change')) {
    session.setTrouble({ code: 'access.denied' });
    return;
  }
  if (ptz.getState().mode) ptz.leave();
  const wasFull = wall.getState().wall.full === tile;
  if (!wasFull) commands.toggleFull(tile);
  privacy.edit(tile, cameraId, wasFull);
}
