import { useStore } from 'zustand';
import {
  budgetLevels,
  ownerships,
  planKinds,
  siteKinds,
} from '../../../src/contract/register-schemas.ts';
import { type Draft, valueIn } from '../../stores/register/draft.ts';
import type { Site } from '../../stores/register/register-types.ts';
import { knownOf } from '../../stores/workplace/asked.ts';
import { Check, Choice, DayBox, TextBox } from '../manage/fields.tsx';
import { Badge } from '../manage/notes.tsx';
import { useProduct, useTexts } from '../product.tsx';
import { FocalPoints } from './focal-points.tsx';
import { optionsOf } from './register-words.ts';
import { SiteCameras } from './site-cameras.tsx';

/** Everything the register knows of a site. */
export function SiteForm({ draft }: { draft: Draft<Site> }) {
  const { register } = useProduct();
  const r = useTexts('register');
  const tree = useStore(register, (model) => knownOf(model.tree));
  const set = register.card.editSite;
  const get = <K extends keyof Site>(field: K) => valueIn(draft, field);
  const hold = get('hold');
  const survey = get('survey');
  const plan = get('plan');
  const noHold = { view: false, export: false, authority: '', askedOn: null };
  const provinces = tree?.provinces.map(({ name }) => name).filter(Boolean) ?? [];
  const districts =
    tree?.provinces
      .find(({ name }) => name === get('province'))
      ?.districts.map(({ name }) => name)
      .filter(Boolean) ?? [];
  return (
    <div className="fields">
      {draft.base.gone ? <Badge tone="warn">{r('state.goneText')}</Badge> : null}
      <TextBox
        label={r('field.name')}
        value={get('name')}
        onChange={(value) => set('name', value)}
        error={
          get('name').trim() === '' && Object.keys(draft.mine).length > 0
            ? r('card.nameMissing')
            : null
        }
        wide
        required
      />
      <TextBox
        label={r('field.code')}
        value={get('code')}
        max={60}
        onChange={(value) => set('code', value)}
      />
      <Choice
        label={r('field.priority')}
        value={String(get('priority'))}
        options={optionsOf(r, 'priority', ['1', '2', '3'])}
        onChange={(value) => set('priority', Number(value ?? 2))}
      />
      <TextBox
        label={r('field.province')}
        value={get('province')}
        suggestions={provinces}
        onChange={(value) => set('province', value)}
      />
      <TextBox
        label={r('field.district')}
        value={get('district')}
        suggestions={districts}
        onChange={(value) => set('district', value)}
      />
      <TextBox
        label={r('field.address')}
        value={get('address')}
        max={500}
        onChange={(value) => set('address', value)}
        wide
      />
      <Choice
        label={r('field.kind')}
        value={get('kind')}
        options={optionsOf(r, 'kind', siteKinds)}
        onChange={(value) => value && set('kind', value)}
      />
      <Choice
        label={r('field.ownership')}
        value={get('ownership')}
        none={r('unknown')}
        options={optionsOf(r, 'ownership', ownerships)}
        onChange={(value) => set('ownership', value)}
      />
      <Choice
        label={r('field.budgetLevel')}
        value={get('budgetLevel')}
        none={r('unknown')}
        options={optionsOf(r, 'budgetLevel', budgetLevels)}
        onChange={(value) => set('budgetLevel', value)}
      />
      <DayBox
        label={r('field.dueInspectionOn')}
        value={get('dueInspectionOn')}
        onChange={(value) => set('dueInspectionOn', value)}
      />

      <fieldset>
        <legend>{r('field.hold')}</legend>
        <Check
          label={r('hold.view')}
          help={r('hold.viewHelp')}
          on={hold?.view ?? false}
          onChange={(view) => set('hold', tidyHold({ ...(hold ?? noHold), view }))}
        />
        <Check
          label={r('hold.export')}
          on={hold?.export ?? false}
          onChange={(next) => set('hold', tidyHold({ ...(hold ?? noHold), export: next }))}
        />
        {hold ? (
          <>
            <TextBox
              label={r('hold.authority')}
              value={hold.authority}
              onChange={(authority) => set('hold', { ...hold, authority })}
            />
            <DayBox
              label={r('hold.askedOn')}
              value={hold.askedOn}
              onChange={(askedOn) => set('hold', { ...hold, askedOn })}
            />
          </>
        ) : null}
      </fieldset>

      <fieldset>
        <legend>{r('field.survey')}</legend>
        <Check
          label={r('state.surveyed')}
          on={survey?.done ?? false}
          onChange={(done) => set('survey', { by: '', on: null, ...survey, done })}
        />
        <TextBox
          label={r('survey.by')}
          value={survey?.by ?? ''}
          onChange={(by) => set('survey', { done: false, on: null, ...survey, by })}
        />
        <DayBox
          label={r('survey.on')}
          value={survey?.on ?? null}
          onChange={(on) => set('survey', { done: false, by: '', ...survey, on })}
        />
      </fieldset>

      <fieldset>
        <legend>{r('field.plan')}</legend>
        <Choice
          label={r('plan.way')}
          value={plan?.kind ?? null}
          none={r('plan.none')}
          options={optionsOf(r, 'plan', planKinds)}
          onChange={(kind) => set('plan', kind && { kind, deadline: plan?.deadline ?? null })}
        />
        {plan ? (
          <DayBox
            label={r('field.deadline')}
            value={plan.deadline}
            onChange={(deadline) => set('plan', { ...plan, deadline })}
          />
        ) : null}
      </fieldset>

      <FocalPoints points={get('focalPoints')} onChange={(value) => set('focalPoints', value)} />
      <TextBox
        label={r('field.purpose')}
        value={get('purpose')}
        max={500}
        lines={2}
        onChange={(value) => set('purpose', value)}
        wide
      />
      <TextBox
        label={r('field.notes')}
        value={get('notes')}
        max={4000}
        lines={4}
        onChange={(value) => set('notes', value)}
        wide
      />
      {draft.base.id === '' ? null : <SiteCameras siteId={draft.base.id} />}
    </div>
  );
}

/** A hold that holds nothing and says nothing is none. */
function tidyHold(hold: NonNullable<Site['hold']>): Site['hold'] {
  const empty = !hold.view && !hold.export && hold.authority === '' && hold.askedOn === null;
  return empty ? null : hold;
}
