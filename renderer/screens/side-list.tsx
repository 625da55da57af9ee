import { useDeferredValue, useMemo, useState } from 'react';
import { Button, Input, SearchField } from 'react-aria-components';
import { listRows, matching } from '../stores/camera-search.ts';
import { CameraTree } from './camera-tree.tsx';
import { searchFieldId } from './commands.ts';
import { Icon } from './icon.tsx';
import { useCameras, useProduct, useWords } from './product.tsx';

/** The cameras of the centre beside the wall. */
export function SideList() {
  const { commands } = useProduct();
  const words = useWords();
  const cameras = useCameras((model) => model.cameras);
  const loaded = useCameras((model) => model.loaded);
  const [query, setQuery] = useState('');
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const asked = useDeferredValue(query);
  const found = useMemo(() => matching(cameras, asked), [cameras, asked]);
  const searching = asked.trim() !== '';
  const rows = useMemo(
    () => listRows(found, searching ? nothingClosed : closed),
    [found, searching, closed],
  );
  const first = found[0];

  return (
    <aside className="side" aria-label={words.t('list.title')}>
      <div className="side-head">
        <SearchField
          className="search"
          aria-label={words.t('list.search')}
          value={query}
          onChange={setQuery}
        >
          <Icon name="search" />
          <Input
            id={searchFieldId}
            placeholder={words.t('list.search')}
            autoComplete="off"
            spellCheck={false}
            onKeyDown={(event) => {
              if (event.code === 'ArrowDown') {
                document.querySelector<HTMLElement>('.tree')?.focus();
                event.preventDefault();
              } else if (event.code === 'Enter' && first && !event.nativeEvent.isComposing) {
                const wanted = matching(cameras, query)[0];
                if (wanted) commands.placeInSelected(wanted.id);
                event.preventDefault();
              } else if (event.code === 'Escape' && query === '') {
                document.querySelector<HTMLElement>('[data-tile][data-selected]')?.focus();
              }
            }}
          />
          <Button className="search-clear" aria-label={words.t('list.clearSearch')}>
            <Icon name="close" />
          </Button>
        </SearchField>
        <p className="side-count" role="status">
          {searching
            ? words.t('list.found', { count: found.length, all: words.number(cameras.length) })
            : words.t('list.count', { count: cameras.length, all: words.number(cameras.length) })}
        </p>
      </div>
      {rows.length > 0 ? (
        <CameraTree
          rows={rows}
          onToggle={(key, open) =>
            setClosed((before) => {
              const after = new Set(before);
              if (open) after.delete(key);
              else after.add(key);
              return after;
            })
          }
        />
      ) : (
        <div className="side-empty">
          <p>
            {searching
              ? words.t('list.nothingFound')
              : loaded
                ? words.t('list.none')
                : words.t('list.loading')}
          </p>
          {loaded && !searching ? (
            <Button className="button" data-primary onPress={commands.openAddSource}>
              <Icon name="add" />
              {words.t('bar.add')}
            </Button>
          ) : null}
        </div>
      )}
      <p className="side-tip">{words.t('list.tip')}</p>
    </aside>
  );
}

const nothingClosed: ReadonlySet<string> = new Set();
