import type { CallHandlers } from '../contract/serve.ts';
import type { surveyCalls } from '../contract/survey-schemas.ts';
import { Fault } from '../std/fault.ts';

export type SurveyHandlers = Pick<CallHandlers, keyof typeof surveyCalls>;

/** The commissioning desk of the core, shared by all pages. */
export interface SurveyDesk extends SurveyHandlers {
  close(): void;
}

export function surveyHandlers(): SurveyHandlers {
  const missing = () => {
    throw new Fault('host.busy', 'commissioning is not open');
  };
  return {
    'survey.start': missing,
    'survey.cancel': missing,
    'survey.state': () => null,
    'survey.rows': missing,
    'survey.export': missing,
    'survey.download': missing,
  };
}
