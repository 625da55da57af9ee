import type { ImportField } from '../contract/import-schemas.ts';
import type { Language } from '../contract/schemas.ts';
import type { Device, FocalPoint, RegisterCamera, Site } from '../sites/register.types.ts';
import { redact } from '../std/log.ts';
import { choiceWord } from './sheet-words.ts';

/**
 * A row of the register as the cells of a table. `values.ts` reads every one of them back to the same
 * value. Logins are no part of the register, and what looks like one in a URL is struck out.
 */
export type Cells = Partial<Record<ImportField, string>>;

export function siteCells(site: Site, language: Language): Cells {
  const { hold, survey, plan } = site;
  const cells: Cells = {
    'site.id': site.id,
    'site.code': site.code,
    'site.name': site.name,
    'site.province': site.province,
    'site.district': site.district,
    'site.address': site.address,
    'site.hubId': site.hubId ?? '',
    'site.kind': choiceWord('kind', site.kind, language),
    'site.ownership': site.ownership ? choiceWord('ownership', site.ownership, language) : '',
    'site.budgetLevel': site.budgetLevel
      ? choiceWord('budgetLevel', site.budgetLevel, language)
      : '',
    'site.priority': String(site.priority),
    'site.hold': hold ? choiceWord('hold', holdCode(hold), language) : '',
    'site.holdAuthority': hold?.authority ?? '',
    'site.holdAskedOn': hold?.askedOn ?? '',
    'site.surveyDone': survey ? choiceWord('surveyDone', survey.done ? 'yes' : 'no', language) : '',
    'site.surveyBy': survey?.by ?? '',
    'site.surveyOn': survey?.on ?? '',
    'site.plan': plan ? choiceWord('plan', plan.kind, language) : '',
    'site.planDeadline': plan?.deadline ?? '',
    'site.dueInspectionOn': site.dueInspectionOn ?? '',
    'site.purpose': site.purpose,
    'site.notes': site.notes,
    'site.revision': String(site.revision),
    'site.moreFocalPoints': focalLines(site.focalPoints.slice(3)),
  };
  for (const index of [0, 1, 2] as const) {
    const point = site.focalPoints[index];
    const group = `focal${index + 1}` as 'focal1';
    for (const part of ['name', 'title', 'phone', 'email'] as const) {
      cells[`${group}.${part}`] = point?.[part] ?? '';
    }
  }
  return cells;
}

export function deviceCells(device: Device, language: Language): Cells {
  return {
    'device.id': device.id,
    'device.name': device.name,
    'device.kind': choiceWord('deviceKind', device.kind, language),
    'device.address': device.address,
    'device.port': device.port === null ? '' : String(device.port),
    'device.path': redact(device.path),
    'device.vendor': device.vendor,
    'device.model': device.model,
    'device.firmware': device.firmware,
    'device.serial': device.serial,
    'device.revision': String(device.revision),
  };
}

export function cameraCells(camera: RegisterCamera, language: Language): Cells {
  return {
    'camera.id': camera.id,
    'camera.name': camera.name,
    'camera.placement': camera.placement ? choiceWord('placement', camera.placement, language) : '',
    'camera.purpose': camera.purpose,
    'camera.brand': camera.brand,
    'camera.model': camera.model,
    'camera.serial': camera.serial,
    'camera.url': redact(camera.url),
    'camera.subUrl': redact(camera.subUrl),
    'camera.directUrl': redact(camera.directUrl),
    'camera.directSubUrl': redact(camera.directSubUrl),
    'camera.transport': choiceWord('transport', camera.transport, language),
    'camera.localNotes': camera.localNotes,
    'camera.revision': String(camera.revision),
  };
}

function holdCode({ view, export: exporting }: { view: boolean; export: boolean }): string {
  if (view) return exporting ? 'view+export' : 'view';
  return exporting ? 'export' : 'none';
}

/** One focal point a line, its parts between bars: `Name | title | phone | e-mail`. */
function focalLines(points: readonly FocalPoint[]): string {
  const part = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('|', '\\|');
  return points
    .map(({ name, title, phone, email }) => [name, title, phone, email].map(part).join(' | '))
    .join('\n');
}

export function parseFocalLines(text: string): FocalPoint[] {
  return text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const parts = line
        .split(/(?<!(?<!\\)(?:\\\\)*\\)\|/)
        .map((part) => part.trim().replace(/\\([\\|])/g, '$1'));
      return {
        name: parts[0] ?? '',
        title: parts[1] ?? '',
        phone: parts[2] ?? '',
        email: parts[3] ?? '',
      };
    });
}
