/**
 * What is written into the audit, as dotted words: the room, then what happened. The words for each
 * kind are in `resources/locales/<language>/audit.json` (`kind.<kind>`); a test holds the two
 * together. Kinds are added at the end of their group and never renamed: they stand in hashed records.
 */
export const auditKinds = [
  // the chain itself
  'audit.start',
  'audit.open',
  'audit.close',
  'audit.gap',
  'audit.broken',
  'audit.export',
  'audit.verify',
  // clocks of the workstation
  'clock.jump',
  'clock.sleep',
  // which camera was on which screen
  'view',
  // calls of a page or of the command line
  'call.done',
  'call.refused',
  'call.failed',
  // who is at the keyboard
  'operator.first',
  'operator.sign-in',
  'operator.sign-in-refused',
  'operator.sign-out',
  'operator.switch',
  'operator.lock',
  'operator.unlock',
  'operator.locked-out',
  'operator.password',
  'operator.add',
  'operator.change',
  'operator.remove',
  'operator.reset',
  'operator.access',
  // steering
  'ptz.move',
  'ptz.stop',
  'ptz.point',
  'ptz.goto',
  'ptz.home',
  'ptz.preset',
  'ptz.patrol',
  'ptz.focus',
  'ptz.iris',
  'ptz.auxiliary',
  'ptz.settings',
  'ptz.lease',
  'ptz.alarm',
  // evidence
  'evidence.snapshot',
  'evidence.clip',
  'evidence.export',
  'evidence.replay',
  'evidence.verify',
  'evidence.report',
  'evidence.key',
  'evidence.copy',
  'evidence.remove',
  // what the wall is made of
  'register.edit',
  'register.import',
  'register.export',
  'connect.change',
  'survey.run',
  'login.change',
  'incident.record',
  'settings.change',
] as const;

export type AuditKind = (typeof auditKinds)[number];

/** How an act ended. `refused`: it was not allowed; `failed`: it was, and did not work. */
export const auditOutcomes = ['done', 'refused', 'failed'] as const;

export type AuditOutcome = (typeof auditOutcomes)[number];
