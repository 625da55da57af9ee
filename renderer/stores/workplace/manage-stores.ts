import type { Core } from '../../wire/core.types.ts';
import { type AuditStore, createAuditStore } from '../audit/audit-store.ts';
import { createDiscoveryStore, type DiscoveryStore } from '../discovery/discovery-store.ts';
import { createEvidenceFiles, type EvidenceFiles } from '../evidence/evidence-files.ts';
import { createJobsStore, type JobsStore } from '../evidence/jobs-store.ts';
import { createReplayStore, type ReplayStore } from '../evidence/replay-store.ts';
import { createShelfStore, type ShelfStore } from '../evidence/shelf-store.ts';
import { createSnapshotStore, type SnapshotStore } from '../evidence/snapshot-store.ts';
import { createHubsStore, type HubsStore } from '../hubs/hubs-store.ts';
import { createImportsStore, type ImportsStore } from '../imports/imports-store.ts';
import { type AccessStore, createAccessStore } from '../operators/access-store.ts';
import { createOperatorsStore, type OperatorsStore } from '../operators/operators-store.ts';
import { createPrivacyStore, type PrivacyStore } from '../privacy/privacy-store.ts';
import { createPtzStore, type PtzStore } from '../ptz/ptz-store.ts';
import { createRegisterStore, type RegisterStore } from '../register/register-store.ts';
import { createSettingsStore, type SettingsStore } from '../settings/settings-store.ts';
import { createSurveyStore, type SurveyStore } from '../survey/survey-store.ts';
import { createWorkplaceStore, type WorkplaceStore } from './workplace-store.ts';

/** What the rooms of "Quản lý" know. A room that nobody opened asks the core for nothing. */
export interface ManageStores {
  readonly operators: OperatorsStore;
  readonly access: AccessStore;
  readonly workplace: WorkplaceStore;
  readonly register: RegisterStore;
  readonly hubs: HubsStore;
  readonly discovery: DiscoveryStore;
  readonly imports: ImportsStore;
  readonly survey: SurveyStore;
  readonly settings: SettingsStore;
  readonly audit: AuditStore;
  readonly ptz: PtzStore;
  readonly privacy: PrivacyStore;
  readonly snapshots: SnapshotStore;
  readonly replay: ReplayStore;
  readonly shelf: ShelfStore;
  readonly jobs: JobsStore;
  readonly evidenceFiles: EvidenceFiles;
}

/** @param core that asks for an operator by itself, see `asking-core.ts` */
export function createManageStores(
  core: Core,
  operators: OperatorsStore = createOperatorsStore(core),
): ManageStores {
  return {
    operators,
    access: createAccessStore(core, operators),
    workplace: createWorkplaceStore(),
    register: createRegisterStore(core),
    hubs: createHubsStore(core),
    discovery: createDiscoveryStore(core),
    imports: createImportsStore(core),
    survey: createSurveyStore(core),
    settings: createSettingsStore(core),
    audit: createAuditStore(core),
    ptz: createPtzStore(core),
    privacy: createPrivacyStore(core),
    snapshots: createSnapshotStore(core),
    replay: createReplayStore(core),
    shelf: createShelfStore(core),
    jobs: createJobsStore(core),
    evidenceFiles: createEvidenceFiles(core),
  };
}
