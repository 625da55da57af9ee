import { useStore } from 'zustand';
import { useProduct } from '../product.tsx';

/** A moment of light where a picture was taken: a new element for each press. */
export function SnapshotFlash({ tile }: { tile: number }) {
  const { snapshots } = useProduct();
  const count = useStore(snapshots, ({ flashes }) => flashes.get(tile) ?? 0);
  return count === 0 ? null : <div key={count} className="snapshot-flash" aria-hidden="true" />;
}
