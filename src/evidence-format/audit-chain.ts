/**
 * A stretch of the audit log that can be checked by itself: each record names the digest of the one
 * before it.
 */
export interface AuditExcerpt {
  readonly records: readonly Readonly<Record<string, unknown>>[];
}
