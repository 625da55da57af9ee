import type { AuditDetails, AuditKind, AuditLog } from '../audit/audit.types.ts';
import type { CauseCode } from '../contract/cause.ts';
import type { Operator } from '../contract/operator-schemas.ts';
import type { CallName } from '../contract/schemas.ts';
import type { CallHandlers } from '../contract/serve.ts';
import { auditKindOf, policies } from '../operators/call-policy.ts';
import type { Operators, Policy, Subject } from '../operators/operators.types.ts';
import { Fault } from '../std/fault.ts';

export interface GuardContext {
  readonly operators: Pick<Operators, 'current' | 'require' | 'requireSession'>;
  readonly audit: Pick<AuditLog, 'write'>;
  readonly screen: () => number;
  /** Unix milliseconds. */
  readonly now?: () => number;
}

/** What a joystick asks ten times a second is refused once in so long, for the audit. */
const sameRefusalMs = 5000;

/** What is said to who may not: everything else a handler throws is a failure. */
export const refusals: readonly CauseCode[] = [
  'operator.first-needed',
  'operator.needed',
  'operator.locked',
  'operator.must-change',
  'access.denied',
  'access.scope',
  'access.expired',
  'access.hold',
  'site.hold',
  'site.forbidden-place',
];

/**
 * The one door to the handlers: every call passes its policy first, and a refused one never reaches its
 * handler. Every refusal and every act leaves a record.
 */
export function guardCalls(handlers: CallHandlers, context: GuardContext): CallHandlers {
  const guarded = (Object.keys(policies) as CallName[]).map((name) => {
    // The handlers are typed over the names one by one; here they are all alike.
    const handler = handlers[name] as (params: unknown) => unknown;
    const policy = policies[name] as Policy<unknown>;
    return [name, guardOne(name, policy, handler, context)] as const;
  });
  return Object.fromEntries(guarded) as unknown as CallHandlers;
}

function guardOne(
  name: CallName,
  policy: Policy<unknown>,
  handler: (params: unknown) => unknown,
  context: GuardContext,
): (params: unknown) => unknown {
  const { operators, audit, now = Date.now } = context;
  const lately = new Map<string, number>();

  const write = (
    kind: AuditKind,
    by: Operator | null,
    subjects: readonly Subject[],
    ended: { outcome: 'done' | 'refused' | 'failed'; cause?: CauseCode },
  ) => {
    audit.write({
      kind,
      operator: by && { id: by.id, name: by.name },
      screen: context.screen(),
      outcome: ended.outcome,
      cause: ended.cause ?? null,
      ...aboutSubjects(name, subjects),
    });
  };

  const refuse = (fault: Fault, subjects: readonly Subject[]) => {
    const by = operators.current()?.operator ?? null;
    const same = `${fault.code} ${by?.id ?? ''} ${JSON.stringify(subjects.slice(0, 1))}`;
    const at = now();
    if (at - (lately.get(same) ?? 0) < sameRefusalMs && isMovement(name)) return;
    if (lately.size > 100) lately.clear();
    lately.set(same, at);
    write('call.refused', by, subjects, { outcome: 'refused', cause: fault.code });
  };

  return async (params) => {
    if (policy === 'free') return handler(params);
    const subjects = typeof policy === 'string' ? [] : [...(policy.of?.(params as never) ?? [])];
    let by: Operator | null;
    try {
      by =
        policy === 'free-audited'
          ? (operators.current()?.operator ?? null)
          : policy === 'session'
            ? operators.requireSession()
            : operators.require(policy.right, subjects);
    } catch (error) {
      refuse(Fault.from(error), subjects);
      throw error;
    }
    const kind =
      policy === 'free-audited'
        ? 'call.done'
        : policy === 'session' || policy.audit === false
          ? null
          : auditKindOf(policy);
    try {
      const result = await handler(params);
      if (kind) write(kind, by, subjects, { outcome: 'done' });
      return result;
    } catch (error) {
      const fault = Fault.from(error);
      // Where only the handler knew what the call is about.
      if (refusals.includes(fault.code)) refuse(fault, subjects);
      else if (kind) write(kind, by, subjects, { outcome: 'failed', cause: fault.code });
      throw error;
    }
  };
}

function isMovement(name: CallName): boolean {
  return name === 'ptz.move' || name === 'ptz.renew' || name === 'ptz.focus';
}

/** One camera or site by its id, more by their number. Never a parameter: it may be a password. */
function aboutSubjects(
  name: CallName,
  subjects: readonly Subject[],
): { camera?: string; site?: string; details: AuditDetails } {
  const [only] = subjects;
  if (subjects.length > 1) return { details: { call: name, subjects: subjects.length } };
  const details: AuditDetails = { call: name };
  if (!only) return { details };
  if ('cameraId' in only) return { camera: only.cameraId, details };
  if ('siteId' in only) return { site: only.siteId, details };
  if ('deviceId' in only) return { details: { ...details, device: only.deviceId } };
  if ('hubId' in only) return { details: { ...details, hub: only.hubId } };
  if ('endpoint' in only) return { details: { ...details, device: only.endpoint } };
  return { details };
}
