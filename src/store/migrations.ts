import type { DatabaseSync } from 'node:sqlite';

/**
 * The shape of the database, as steps that are only ever added to: a workstation may be updated from
 * any older version. `PRAGMA user_version` counts the steps taken.
 */
export const migrations: readonly string[] = [
  `
  create table setting (name text primary key, value text not null) strict;
  create table wall (screen integer primary key, state text not null) strict;
  create table source (
    id text primary key,
    name text not null,
    site_id text not null,
    site_name text not null,
    province text not null,
    placement text,
    url text not null,
    sub_url text,
    transport text not null,
    added_at integer not null
  ) strict;
  create table transport (stream text primary key, used text not null) strict;
  create table trusted_certificate (
    endpoint text primary key,
    fingerprint text not null,
    trusted_at integer not null
  ) strict;
  `,
  // The register; the sources that people added become its first rows. `folded` and the sort keys are
  // made by the program, which makes them anew for rows where they are empty.
  `
  create table register_hub (
    id text primary key,
    name text not null,
    kind text not null,
    address text not null
  ) strict;
  create table register_site (
    id text primary key,
    origin text not null,
    gone integer not null default 0,
    revision integer not null default 0,
    kept text not null default '[]',
    code text not null default '',
    name text not null,
    province text not null default '',
    district text not null default '',
    address text not null default '',
    hub_id text,
    kind text not null default 'quarantine',
    ownership text,
    budget_level text,
    priority integer not null default 2,
    hold text,
    survey text,
    plan text,
    focal_points text not null default '[]',
    purpose text not null default '',
    notes text not null default '',
    due_inspection_on text,
    folded text not null default '',
    sort_key text not null default '',
    area_key text not null default '',
    held integer generated always as (coalesce(json_extract(hold, '$.view'), 0)) virtual
  ) strict;
  create unique index register_site_code on register_site (code) where code <> '';
  create index register_site_name on register_site (area_key, sort_key);
  create table register_device (
    id text primary key,
    site_id text not null references register_site deferrable initially deferred,
    origin text not null,
    gone integer not null default 0,
    revision integer not null default 0,
    kept text not null default '[]',
    kind text not null,
    name text not null default '',
    address text not null default '',
    port integer,
    path text not null default '',
    vendor text not null default '',
    model text not null default '',
    firmware text not null default '',
    serial text not null default ''
  ) strict;
  create index register_device_site on register_device (site_id);
  create table register_camera (
    id text primary key,
    site_id text not null references register_site deferrable initially deferred,
    device_id text references register_device deferrable initially deferred,
    origin text not null,
    origin_key text not null default '',
    gone integer not null default 0,
    revision integer not null default 0,
    kept text not null default '[]',
    name text not null,
    placement text,
    purpose text not null default '',
    brand text not null default '',
    model text not null default '',
    serial text not null default '',
    url text not null default '',
    sub_url text not null default '',
    direct_url text not null default '',
    direct_sub_url text not null default '',
    transport text not null default 'auto',
    local_notes text not null default '',
    url_key text not null default '',
    folded text not null default '',
    sort_key text not null default ''
  ) strict;
  create index register_camera_site on register_camera (site_id);
  create index register_camera_device on register_camera (device_id);
  create index register_camera_origin on register_camera (origin, origin_key);
  create index register_camera_url on register_camera (url_key);
  create table register_change (
    id integer primary key autoincrement,
    at integer not null,
    who text not null,
    what text not null,
    subject text not null,
    added integer not null,
    changed integer not null,
    removed integer not null,
    undoable integer not null,
    state text not null default 'done'
  ) strict;
  create table register_change_row (
    change_id integer not null references register_change on delete cascade,
    seq integer not null,
    kind text not null,
    row_id text not null,
    before text,
    after text,
    primary key (change_id, seq)
  ) strict, without rowid;
  insert into register_site (id, origin, name, province)
    select site_id, 'manual', min(site_name), min(province) from source group by site_id;
  insert into register_camera (id, site_id, origin, name, placement, url, sub_url, transport)
    select id, site_id, 'manual', name, placement, url, coalesce(sub_url, ''), transport
    from source order by added_at, rowid;
  drop table source;
  `,
  // Hubs as they are asked, and searches as far as they got.
  `
  create table hub (
    id text primary key,
    name text not null,
    kind text not null,
    address text not null,
    rtsp_address text not null,
    channels integer not null,
    site_id text,
    province text not null,
    district text not null,
    has_login integer not null,
    last_sync text,
    added_at integer not null
  ) strict;
  create table discovery_job (
    id text primary key,
    started_at integer not null,
    state text not null
  ) strict;
  `,
  // The last result of commissioning for each camera, also of cameras outside the register.
  `
  create table survey_result (
    camera_id text primary key,
    site_id text not null,
    at integer not null,
    verdict text not null,
    row text not null
  ) strict;
  create index survey_result_site on survey_result (site_id);
  `,
  // Which logins there are, and since when. The logins themselves are in the vault.
  `
  create table login (account text primary key, since integer) strict;
  `,
  // Who may act; passwords as scrypt hashes with their parameters. Attempts are kept by name, whether
  // there is such an account or not.
  `
  create table operator (
    id text primary key,
    name text not null,
    name_key text not null unique,
    full_name text not null,
    role text not null,
    scope text not null,
    valid_from text,
    valid_until text,
    document_number text not null,
    document_date text,
    disabled integer not null,
    must_change integer not null,
    password text not null,
    created_at integer not null,
    last_sign_in_at integer
  ) strict;
  create table operator_attempt (
    name_key text primary key,
    failures text not null,
    locked_until integer not null
  ) strict;
  `,
  // Steering: cameras that may be moving, patrols and settings of each, names that devices do not keep.
  `
  create table ptz_moving (camera_id text primary key, since integer not null) strict;
  create table ptz_patrol (
    id text primary key,
    camera_id text not null,
    name text not null,
    spots text not null
  ) strict;
  create index ptz_patrol_camera on ptz_patrol (camera_id);
  create table ptz_settings (camera_id text primary key, settings text not null) strict;
  create table ptz_preset_name (
    camera_id text not null,
    token text not null,
    name text not null,
    primary key (camera_id, token)
  ) strict;
  `,
  // The shelf of evidence: what lies in the folder beside the database, and what hides parts of pictures.
  `
  create table evidence_item (
    id text primary key,
    kind text not null,
    camera_id text not null,
    site_id text not null,
    taken_at integer not null,
    made_at integer not null,
    bytes integer not null,
    folded text not null,
    item text not null,
    facts text not null
  ) strict;
  create index evidence_item_taken on evidence_item (taken_at);
  create index evidence_item_camera on evidence_item (camera_id, taken_at);
  create table privacy_mask (camera_id text primary key, masks text not null) strict;
  `,
  // What was masked at the camera when an item was taken, and what is hidden in the pixels of a copy.
  `
  alter table evidence_item add column masked text not null default '[]';
  alter table evidence_item add column hidden text not null default '[]';
  `,
  // The register of access as it was submitted.
  `
  create table access_submission (
    id integer primary key,
    at integer not null,
    by_name text not null,
    file_name text not null,
    entries text not null
  ) strict;
  `,
  // Cameras that were found to turn (1), or not to (0).
  `
  create table ptz_steerable (camera_id text primary key, turns integer not null) strict;
  `,
];

/** The database was written by a newer version of the program: it is left as it is. */
export class NewerSchema extends Error {
  override readonly name = 'NewerSchema';
}

/** Takes the steps that are missing, each wholly or not at all. */
export function migrate(db: DatabaseSync, steps: readonly string[] = migrations): void {
  for (;;) {
    // Read under the write lock: another process may be migrating the same file.
    db.exec('begin immediate');
    try {
      const row = db.prepare('pragma user_version').get() as { user_version: number };
      const version = row.user_version;
      if (version > steps.length) throw new NewerSchema(`schema ${version} > ${steps.length}`);
      const step = steps[version];
      if (step !== undefined) {
        db.exec(step);
        db.exec(`pragma user_version = ${version + 1}`);
      }
      db.exec('commit');
      if (step === undefined) return;
    } catch (error) {
      db.exec('rollback');
      throw error;
    }
  }
}
