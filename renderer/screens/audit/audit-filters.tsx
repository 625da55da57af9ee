import { Button, Input, SearchField } from 'react-aria-components';
import { useStore } from 'zustand';
import { type AuditOutcome, auditOutcomes } from '../../../src/contract/audit-kinds.ts';
import { dayEnd, dayOfMoment, dayStart } from '../../stores/audit/day-span.ts';
import { Icon } from '../icon.tsx';
import { Choice, DayBox } from '../manage/fields.tsx';
import { useProduct, useTexts, useWords } from '../product.tsx';
import { outcomeText } from './audit-words.ts';

/** The groups people think in; each is the beginning of its kinds. */
const groups: Readonly<Record<string, readonly string[]>> = {
  operator: ['operator.'],
  ptz: ['ptz.'],
  evidence: ['evidence.'],
  view: ['view'],
  register: ['register.'],
  call: ['call.'],
  other: ['connect.', 'survey.', 'login.', 'incident.', 'settings.'],
  audit: ['audit.'],
  clock: ['clock.'],
};

export function AuditFilters() {
  const { audit } = useProduct();
  const words = useWords();
  const a = useTexts('audit');
  const filter = useStore(audit, (model) => model.filter);
  const people = useStore(audit, (model) => model.people);
  const group =
    Object.keys(groups).find((name) => groups[name]?.join() === filter.kinds.join()) ?? null;
  return (
    <search className="tools-line audit-filters" aria-label={a('filters')}>
      <SearchField
        className="search"
        aria-label={a('search')}
        value={filter.text}
        onChange={(text) => audit.change({ text: text.slice(0, 200) })}
      >
        <Icon name="search" />
        <Input placeholder={a('searchHint')} autoComplete="off" spellCheck={false} />
      </SearchField>
      <Choice
        label={a('group')}
        value={group}
        none={a('allGroups')}
        options={Object.keys(groups).map((value) => ({ value, text: a(`groups.${value}`) }))}
        onChange={(value) => audit.change({ kinds: [...(groups[value ?? ''] ?? [])] })}
      />
      <Choice
        label={a('person')}
        value={filter.operatorId}
        none={a('allPeople')}
        options={people.map(({ id, name }) => ({ value: id, text: name }))}
        onChange={(operatorId) => audit.change({ operatorId })}
      />
      <Choice<AuditOutcome>
        label={a('outcomeOf')}
        value={filter.outcome}
        none={a('allOutcomes')}
        options={auditOutcomes.map((value) => ({ value, text: outcomeText(words, value) }))}
        onChange={(outcome) => audit.change({ outcome })}
      />
      <DayBox
        label={a('from')}
        value={filter.from === null ? null : dayOfMoment(filter.from)}
        onChange={(day) => audit.change({ from: day === null ? null : dayStart(day) })}
      />
      <DayBox
        label={a('to')}
        value={filter.to === null ? null : dayOfMoment(filter.to - 1)}
        onChange={(day) => audit.change({ to: day === null ? null : dayEnd(day) })}
      />
      <Button className="button" data-small onPress={audit.clear}>
        <Icon name="close" />
        {a('clear')}
      </Button>
    </search>
  );
}
