import { useEffect, useState } from 'react';
import { Button, Input, SearchField } from 'react-aria-components';
import { useStore } from 'zustand';
import {
  hasPlace,
  isCovered,
  isGrantable,
  keyOf,
  type PartScope,
  type Place,
  placeLines,
  placesOf,
  withPlace,
} from '../../stores/operators/scope-places.ts';
import { knownOf } from '../../stores/workplace/asked.ts';
import { Icon } from '../icon.tsx';
import { FailedNote, LoadingNote } from '../manage/notes.tsx';
import { useProduct, useTexts } from '../product.tsx';

/** An area of provinces, districts and sites, chosen from the register. */
export function ScopePicker(props: {
  readonly scope: PartScope;
  readonly onChange: (scope: PartScope) => void;
  readonly nameOf: (siteId: string) => string;
  readonly disabled: boolean;
}) {
  const { access } = useProduct();
  const o = useTexts('operators');
  const { scope, onChange, disabled } = props;
  const asked = useStore(access, (model) => model.tree);
  const [search, setSearch] = useState('');
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => access.loadTree(), [access]);
  const tree = knownOf(asked);
  const names = new Map(tree?.sites.map(({ id, name }) => [id, name]));
  const chosen = placesOf(scope, (id) => names.get(id) ?? props.nameOf(id));
  const toggleOpen = (key: string) =>
    setOpened((before) => {
      const next = new Set(before);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  const nameOf = (place: Place) =>
    place.kind === 'site'
      ? place.name
      : place.kind === 'province'
        ? place.province
        : o('scope.districtIn', { district: place.district, province: place.province });
  return (
    <fieldset className="scope-picker" disabled={disabled}>
      <legend>{o('form.pick')}</legend>
      {chosen.length === 0 ? (
        <p className="field-error">{o('form.pickNone')}</p>
      ) : (
        <ul className="scope-chosen" aria-label={o('form.picked')}>
          {chosen.map((place) => (
            <li key={keyOf(place)}>
              <span>{nameOf(place)}</span>
              <Button
                className="scope-away"
                isDisabled={disabled}
                aria-label={o('form.unpick', { name: nameOf(place) })}
                onPress={() => onChange(withPlace(scope, place, false))}
              >
                <Icon name="close" />
              </Button>
            </li>
          ))}
        </ul>
      )}
      {disabled ? null : (
        <>
          <SearchField
            className="search"
            aria-label={o('form.pickSearch')}
            value={search}
            onChange={(text) => setSearch(text.slice(0, 200))}
          >
            <Icon name="search" />
            <Input placeholder={o('form.pickSearch')} autoComplete="off" spellCheck={false} />
          </SearchField>
          {asked.state === 'failed' ? (
            <FailedNote cause={asked.cause} onRetry={access.loadTree} />
          ) : tree ? (
            <Places {...{ tree, opened, search, scope, onChange, toggleOpen }} />
          ) : (
            <LoadingNote />
          )}
        </>
      )}
    </fieldset>
  );
}

function Places(props: {
  readonly tree: Parameters<typeof placeLines>[0];
  readonly opened: ReadonlySet<string>;
  readonly search: string;
  readonly scope: PartScope;
  readonly onChange: (scope: PartScope) => void;
  readonly toggleOpen: (key: string) => void;
}) {
  const o = useTexts('operators');
  const { tree, opened, search, scope, onChange, toggleOpen } = props;
  const { lines, more } = placeLines(tree, opened, search);
  if (lines.length === 0) {
    return <p className="dim">{o(search.trim() === '' ? 'form.pickEmpty' : 'form.pickNoMatch')}</p>;
  }
  return (
    <ul className="scope-places" aria-label={o('form.pick')}>
      {lines.map((line) => {
        const { key, place, open } = line;
        const name = line.name || o('form.noName');
        const covered = isCovered(scope, line);
        const boxId = `scope-${key}`;
        return (
          <li key={key} data-depth={line.of === '' ? line.depth : 0}>
            {open === null || search.trim() !== '' ? (
              <span className="scope-turn" />
            ) : (
              <Button
                className="scope-turn"
                aria-expanded={open}
                aria-label={o(open ? 'form.closePlace' : 'form.openPlace', { name })}
                onPress={() => toggleOpen(key)}
              >
                <Icon name={open ? 'down' : 'right'} />
              </Button>
            )}
            <input
              id={boxId}
              type="checkbox"
              checked={covered || hasPlace(scope, place)}
              disabled={covered || !isGrantable(place)}
              onChange={(event) => onChange(withPlace(scope, place, event.target.checked))}
            />
            <label htmlFor={boxId}>
              {name}
              {line.of ? <span className="dim"> {line.of}</span> : null}
            </label>
          </li>
        );
      })}
      {more > 0 ? <li className="dim">{o('form.pickMore', { more })}</li> : null}
    </ul>
  );
}
