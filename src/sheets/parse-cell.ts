import type { ImportField } from '../contract/import-schemas.ts';
import type { Credential } from '../rtsp/session.types.ts';
import { splitUrl } from '../rtsp-parse/url.ts';
import { parseFocalLines } from './cells.ts';
import {
  addressOf,
  CellProblem,
  cellText,
  choiceOf,
  dayOf,
  phoneOf,
  wholeNumberOf,
  yesOrNo,
} from './values.ts';

/** Some devices take the login in the path, and an export struck it out: such a cell says nothing. */
const struckOut = '***';

export interface UrlValue {
  readonly url: string;
  readonly credential: Credential | null;
}

/**
 * One cell as the value of its field; `undefined` where it says nothing: spaces, or a login struck out. A placement stays text: where
 * it is not understood the row is taken all the same.
 * @throws {CellProblem}
 */
export function parseCell(field: ImportField, raw: string): unknown {
  const text = cellText(raw, field);
  if (text === '') return undefined;
  switch (field) {
    case 'site.kind':
      return choiceOf(text, 'kind', field);
    case 'site.ownership':
      return choiceOf(text, 'ownership', field);
    case 'site.budgetLevel':
      return choiceOf(text, 'budgetLevel', field);
    case 'site.hold':
      return choiceOf(text, 'hold', field);
    case 'site.plan':
      return choiceOf(text, 'plan', field);
    case 'device.kind':
      return choiceOf(text, 'deviceKind', field);
    case 'camera.transport':
      return choiceOf(text, 'transport', field);
    case 'site.surveyDone':
      return yesOrNo(text, field);
    case 'site.priority':
      return wholeNumberOf(text, { min: 1, max: 3 }, 'choice', field);
    case 'site.holdAskedOn':
    case 'site.surveyOn':
    case 'site.planDeadline':
    case 'site.dueInspectionOn':
      return dayOf(text, field);
    case 'site.revision':
    case 'device.revision':
    case 'camera.revision':
      return wholeNumberOf(text, { min: 0, max: Number.MAX_SAFE_INTEGER }, 'value', field);
    case 'site.moreFocalPoints':
      return parseFocalLines(text);
    case 'focal1.phone':
    case 'focal2.phone':
    case 'focal3.phone':
      return phoneOf(text);
    case 'device.address':
      return addressOf(text, field);
    case 'device.port':
      return wholeNumberOf(text, { min: 1, max: 65_535 }, 'port', field);
    case 'device.path':
      return text.includes(struckOut) ? undefined : text;
    case 'camera.url':
    case 'camera.subUrl':
    case 'camera.directUrl':
    case 'camera.directSubUrl':
      return text.includes(struckOut) ? undefined : parseUrl(text, field);
    default:
      return text;
  }
}

function parseUrl(text: string, field: ImportField): UrlValue {
  try {
    const { url, credential } = splitUrl(text);
    if (url.length > 2000) throw new CellProblem('too-long', field);
    return { url, credential };
  } catch (error) {
    throw error instanceof CellProblem ? error : new CellProblem('url', field);
  }
}
