import { useEffect, useState } from 'react';
import type { EvidenceItem } from '../../../src/contract/evidence-schemas.ts';
import { Icon } from '../icon.tsx';
import { useProduct } from '../product.tsx';
import { clipLength, isVideo } from './evidence-words.ts';

const settleMs = 150;

/** A small picture, fetched when it stays in sight for a moment: who scrolls past fetches nothing. */
export function Thumbnail({ item }: { item: EvidenceItem }) {
  const { evidenceFiles } = useProduct();
  const [url, setUrl] = useState<string | null>(null);
  const video = isVideo(item);
  useEffect(() => {
    if (video) return;
    let wanted = true;
    const timer = setTimeout(() => {
      void evidenceFiles.thumbnail(item).then((made) => {
        if (wanted) setUrl(made);
      });
    }, settleMs);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [evidenceFiles, item, video]);
  return (
    <span className="thumbnail" data-video={video || undefined}>
      {url ? <img src={url} alt="" draggable={false} /> : <Icon name={video ? 'play' : 'still'} />}
      {video ? <span className="thumbnail-length">{clipLength(item)}</span> : null}
    </span>
  );
}
