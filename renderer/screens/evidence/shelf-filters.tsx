import { Button, Input, SearchField } from 'react-aria-components';
import { useStore } from 'zustand';
import { itemKinds } from '../../../src/contract/evidence-schemas.ts';
import { dayEnd, dayOfMoment, dayStart } from '../../stores/audit/day-span.ts';
import { Icon } from '../icon.tsx';
import { Choice, DayBox } from '../manage/fields.tsx';
import { useCameras, useProduct } from '../product.tsx';
import { usePage } from './evidence-words.ts';

export function ShelfFilters() {
  const { shelf } = useProduct();
  const p = usePage();
  const filter = useStore(shelf, (model) => model.filter);
  const view = useStore(shelf, (model) => model.view);
  const cameras = useCameras((model) => model.cameras);
  return (
    <search className="tools-line audit-filters" aria-label={p('filter.label')}>
      <SearchField
        className="search"
        aria-label={p('filter.search')}
        value={filter.text}
        onChange={(text) => shelf.change({ text: text.slice(0, 200) })}
      >
        <Icon name="search" />
        <Input placeholder={p('filter.searchHint')} autoComplete="off" spellCheck={false} />
      </SearchField>
      <Choice
        label={p('filter.kind')}
        value={filter.kind}
        none={p('filter.allKinds')}
        options={itemKinds.map((value) => ({ value, text: p(`kind.${value}`) }))}
        onChange={(kind) => shelf.change({ kind })}
      />
      <Choice
        label={p('filter.camera')}
        value={filter.cameraId}
        none={p('filter.allCameras')}
        options={cameras.map(({ id, name, siteName }) => ({
          value: id,
          text: siteName ? `${name} – ${siteName}` : name,
        }))}
        onChange={(cameraId) => shelf.change({ cameraId })}
      />
      <DayBox
        label={p('filter.from')}
        value={filter.from === null ? null : dayOfMoment(filter.from)}
        onChange={(day) => shelf.change({ from: day === null ? null : dayStart(day) })}
      />
      <DayBox
        label={p('filter.to')}
        value={filter.to === null ? null : dayOfMoment(filter.to - 1)}
        onChange={(day) => shelf.change({ to: day === null ? null : dayEnd(day) })}
      />
      <Button className="button" data-small onPress={shelf.clear}>
        <Icon name="close" />
        {p('shelf.clear')}
      </Button>
      {/* biome-ignore lint/a11y/useSemanticElements: a row of toggles, not a form */}
      <div className="chips shelf-views" role="group" aria-label={p('filter.view')}>
        {(['gallery', 'table'] as const).map((each) => (
          <button
            key={each}
            type="button"
            className="chip"
            aria-pressed={view === each}
            aria-label={p(`filter.${each}`)}
            title={p(`filter.${each}`)}
            onClick={() => shelf.setView(each)}
          >
            <Icon name={each === 'gallery' ? 'grid' : 'list'} />
          </button>
        ))}
      </div>
    </search>
  );
}
