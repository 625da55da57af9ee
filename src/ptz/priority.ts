/** Priorities by role: what it has unless told otherwise, and the most that it may ask for. */
const roles: Readonly<Record<string, { readonly usual: number; readonly most: number }>> = {
  administrator: { usual: 20_000, most: 32_000 },
  supervisor: { usual: 20_000, most: 32_000 },
  duty: { usual: 10_000, most: 15_000 },
  ptz: { usual: 10_000, most: 20_000 },
  technician: { usual: 5_000, most: 8_000 },
};

/** Of those no table knows: the least a person has. */
const stranger = { usual: 1, most: 1 };

/** The lowest of all: drives of the program itself. */
export const patrolPriority = 0;

/** `wished` null: the usual of the role; never more than the role may, never less than 1. */
export function priorityOf(role: string, wished: number | null): number {
  const { usual, most } = Object.hasOwn(roles, role) ? roles[role]! : stranger;
  return Math.max(1, Math.min(most, wished ?? usual));
}
