import type { FocalPoint, Site, SiteFields } from '../sites/register.types.ts';
import type { SiteDraft } from './records.types.ts';

/**
 * The fields of a site as the register takes them: what the file says of a part (one phone number, one
 * deadline) is put into what the register has of the whole.
 */
export function mergedFields(draft: SiteDraft, known: Site | null): Partial<SiteFields> {
  const fields: Partial<SiteFields> = { ...draft.fields };
  const { hold, survey, plan } = draft.parts;
  if (said(hold)) fields.hold = mergedHold(hold, known?.hold ?? null);
  if (said(survey)) {
    const before = known?.survey ?? null;
    const done = survey.done === undefined ? before?.done : survey.done;
    const by = survey.by ?? before?.by ?? '';
    const on = survey.on === undefined ? (before?.on ?? null) : survey.on;
    const nothing = (done ?? null) === null && by === '' && on === null;
    // Who names a day or a person of a survey says that it was done.
    fields.survey = nothing ? null : { done: done ?? true, by, on };
  }
  if (said(plan)) {
    const before = known?.plan ?? null;
    const kind = plan.kind === undefined ? before?.kind : plan.kind;
    const deadline = plan.deadline === undefined ? (before?.deadline ?? null) : plan.deadline;
    if (kind) fields.plan = { kind, deadline };
    else if (plan.kind === null || before !== null) fields.plan = null;
    else if (deadline !== null) fields.plan = { kind: 'direct', deadline };
  }
  const points = mergedPoints(draft, known?.focalPoints ?? []);
  if (points !== null) fields.focalPoints = points;
  return fields;
}

function said<T extends object>(part: T | undefined): part is T {
  return part !== undefined && Object.keys(part).length > 0;
}

function mergedHold(
  part: NonNullable<SiteDraft['parts']['hold']>,
  known: Site['hold'],
): Site['hold'] {
  const authority = part.authority ?? known?.authority ?? '';
  const askedOn = part.askedOn === undefined ? (known?.askedOn ?? null) : part.askedOn;
  if (part.kind === undefined) {
    const before = known ?? { view: true, export: true };
    // An authority that was asked, and no answer yet: nobody looks until it is there.
    return authority === '' && askedOn === null && !known
      ? null
      : { view: before.view, export: before.export, authority, askedOn };
  }
  if (part.kind === null || (part.kind === 'none' && authority === '' && askedOn === null))
    return null;
  return {
    view: part.kind.includes('view'),
    export: part.kind.includes('export'),
    authority,
    askedOn,
  };
}

function mergedPoints(draft: SiteDraft, known: readonly FocalPoint[]): FocalPoint[] | null {
  const { focal, moreFocal } = draft.parts;
  if (focal.length === 0 && moreFocal === undefined) return null;
  const empty: FocalPoint = { name: '', title: '', phone: '', email: '' };
  const first = [0, 1, 2].map((place) => {
    const [before, now] = [known[place], focal[place]];
    if (!now) return before ?? empty;
    // Another person stands in the place: the phone of the one before is not theirs.
    const other = before?.name && now.name !== undefined && now.name !== before.name;
    return { ...(other || !before ? empty : before), ...now };
  });
  const all = [...first, ...(moreFocal ?? known.slice(3))];
  return all
    .filter(({ name, title, phone, email }) => name || title || phone || email)
    .slice(0, 20);
}
