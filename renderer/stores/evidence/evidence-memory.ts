/**
 * What a person chose once and should not type again, on this workstation. Nothing of it is secret;
 * a browser that keeps nothing costs only the typing.
 */
export interface EvidenceMemory {
  readonly format: 'png' | 'jpeg';
  /** Goes with every picture until somebody takes it away. */
  readonly reason: string;
  readonly legalBasis: string;
  readonly recipient: string;
  readonly shelfView: 'table' | 'gallery';
}

const place = 'vonggac-evidence';
const usual: EvidenceMemory = {
  format: 'png',
  reason: '',
  legalBasis: '',
  recipient: '',
  shelfView: 'gallery',
};

export function remembered(shelf: Pick<Storage, 'getItem'> = localStorage): EvidenceMemory {
  try {
    const kept = JSON.parse(shelf.getItem(place) ?? '{}') as Partial<EvidenceMemory>;
    const text = (value: unknown) => (typeof value === 'string' ? value.slice(0, 2000) : '');
    return {
      format: kept.format === 'jpeg' ? 'jpeg' : 'png',
      reason: text(kept.reason),
      legalBasis: text(kept.legalBasis),
      recipient: text(kept.recipient),
      shelfView: kept.shelfView === 'table' ? 'table' : 'gallery',
    };
  } catch {
    return usual;
  }
}

export function remember(change: Partial<EvidenceMemory>): void {
  try {
    localStorage.setItem(place, JSON.stringify({ ...remembered(), ...change }));
  } catch {
    // Full or switched off: it is asked for again next time.
  }
}
