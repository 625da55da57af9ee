import { useMemo } from 'react';
import { Button, Input, SearchField } from 'react-aria-components';
import { useStore } from 'zustand';
import { accessStates, type SiteNames, scopeText } from '../../../src/contract/access-words.ts';
import { type OperatorRow, roles } from '../../../src/contract/operator-schemas.ts';
import { filteredRows } from '../../stores/operators/access-store.ts';
import { knownOf } from '../../stores/workplace/asked.ts';
import { Icon } from '../icon.tsx';
import { Choice } from '../manage/fields.tsx';
import { EmptyNote } from '../manage/notes.tsx';
import { VirtualTable } from '../manage/virtual-table.tsx';
import { useProduct, useTexts, useWords } from '../product.tsx';
import { operatorColumns } from './account-columns.tsx';

const shownColumns = [
  'name',
  'fullName',
  'role',
  'scope',
  'validity',
  'state',
  'document',
  'lastSignIn',
] as const;

/** Everybody who has an account at this workstation. */
export function AccountsPart({ sites, mayManage }: { sites: SiteNames; mayManage: boolean }) {
  const { access } = useProduct();
  const words = useWords();
  const o = useTexts('operators');
  const asked = useStore(access, (model) => model.access);
  const filter = useStore(access, (model) => model.filter);
  const card = useStore(access, (model) => model.card);
  const columns = useMemo(() => {
    const all = operatorColumns(words, sites);
    return shownColumns.flatMap((key) => all[key] ?? []);
  }, [words, sites]);
  const rows = useMemo(
    () => filteredRows(asked, filter, ({ scope }) => scopeText(scope, sites, o)),
    [asked, filter, sites, o],
  );
  const total = knownOf(asked)?.rows.length ?? 0;
  return (
    <>
      <search className="tools-line audit-filters">
        <SearchField
          className="search"
          aria-label={o('room.search')}
          value={filter.text}
          onChange={(text) => access.setFilter({ text: text.slice(0, 200) })}
        >
          <Icon name="search" />
          <Input placeholder={o('room.searchHint')} autoComplete="off" spellCheck={false} />
        </SearchField>
        <Choice
          label={o('room.role')}
          value={filter.role}
          none={o('room.allRoles')}
          options={roles.map((value) => ({ value, text: o(`role.${value}`) }))}
          onChange={(role) => access.setFilter({ role })}
        />
        <Choice
          label={o('room.state')}
          value={filter.state}
          none={o('room.allStates')}
          options={accessStates.map((value) => ({ value, text: o(`state.${value}`) }))}
          onChange={(state) => access.setFilter({ state })}
        />
        <p className="dim" role="status">
          {o('room.count', { shown: words.number(rows.length), total: words.number(total) })}
        </p>
        {mayManage ? (
          <div className="tools-end">
            <Button className="button" data-small data-primary onPress={() => access.open(null)}>
              <Icon name="add" />
              {o('room.add')}
            </Button>
          </div>
        ) : null}
      </search>
      <VirtualTable<OperatorRow>
        label={o('room.table')}
        columns={columns}
        count={rows.length}
        rowAt={(index) => rows[index] ?? null}
        idOf={(row) => row.operator.id}
        onOpen={(row) => access.open(row.operator.id)}
        openId={card?.id ?? null}
        resetKey={JSON.stringify(filter)}
        rowTone={(row) => (row.operator.disabled ? 'off' : undefined)}
        empty={<EmptyNote icon="person" title={o('room.none')} text={o('room.noneText')} />}
      />
    </>
  );
}
