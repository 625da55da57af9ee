import type { DatabaseSync } from 'node:sqlite';
import { type SurveyRow, type SurveyVerdict, surveyRow } from '../contract/survey-schemas.ts';
import type { Logger } from '../std/log.ts';

/** The last result of each camera, kept over restarts. A result that cannot be kept is only logged. */
export class SurveyResults {
  readonly #database: DatabaseSync;
  readonly #log: Logger;

  constructor(database: DatabaseSync, log: Logger) {
    this.#database = database;
    this.#log = log;
  }

  keep(rows: readonly SurveyRow[]): void {
    const done = rows.filter((row) => row.at !== null && row.verdict !== null);
    if (done.length === 0) return;
    try {
      const insert = this.#database.prepare(
        `insert into survey_result values (?, ?, ?, ?, ?) on conflict do update set
          site_id = excluded.site_id, at = excluded.at, verdict = excluded.verdict, row = excluded.row`,
      );
      this.#database.exec('savepoint survey');
      try {
        for (const row of done) {
          insert.run(row.cameraId, row.siteId, row.at, row.verdict, JSON.stringify(row));
        }
      } finally {
        this.#database.exec('release survey');
      }
    } catch (error) {
      this.#log.warn('survey results are not kept', { reason: String(error) });
    }
  }

  /** In the order of sites; rows that an older program wrote in another shape are left out. */
  all(siteId: string | null = null): SurveyRow[] {
    const rows: SurveyRow[] = [];
    try {
      const sql = 'select row from survey_result';
      const found =
        siteId === null
          ? this.#database.prepare(`${sql} order by site_id, rowid`).all()
          : this.#database.prepare(`${sql} where site_id = ? order by rowid`).all(siteId);
      for (const { row } of found) {
        const parsed = surveyRow.safeParse(JSON.parse(String(row)));
        if (parsed.success) rows.push(parsed.data);
      }
    } catch (error) {
      this.#log.warn('kept survey results cannot be read', { reason: String(error) });
    }
    return rows;
  }

  verdict(cameraId: string): SurveyVerdict | null {
    try {
      const sql = 'select verdict from survey_result where camera_id = ?';
      const found = this.#database.prepare(sql).get(cameraId)?.['verdict'];
      return found === undefined ? null : (String(found) as SurveyVerdict);
    } catch {
      return null;
    }
  }
}
