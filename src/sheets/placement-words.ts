import type { AnyPlacement } from '../sites/register.types.ts';
import { plainWords } from './plain-words.ts';
import { choiceCode } from './sheet-words.ts';

/**
 * The placement that a province's words mean, or null. What is said of a wash room without "outside" is
 * taken as inside it: such a camera is kept off the wall until a person says otherwise, and never the
 * other way round.
 */
export function placementOf(text: string): AnyPlacement | null {
  const code = choiceCode('placement', text);
  if (code !== null) return code as AnyPlacement;
  const words = plainWords(text);
  const has = (pattern: RegExp) => pattern.test(words);
  const outside = has(/\b(ngoai|truoc|loi vao|loi di|cua|huong|outside|entrance)\b/);
  if (has(/\b(nha ve sinh|ve sinh|wc|toilet|nha xi)\b/)) {
    return outside ? 'wash-outside' : 'inside-toilet';
  }
  if (has(/\b(nha tam|phong tam|khu tam|bath|bathroom|shower)\b/)) {
    return outside ? 'wash-outside' : 'inside-bathroom';
  }
  if (has(/\b(hanh lang|corridor|hallway)\b/)) return 'corridor';
  if (has(/\b(trong phong|phong o|phong ngu|phong cach ly|giuong|inside room|bedroom)\b/)) {
    return outside ? 'corridor' : 'inside-room';
  }
  if (has(/\b(sanh|lobby)\b/)) return 'lobby';
  if (has(/\b(lay mau|tiep nhan|tiep don|san|yard|sampling|reception)\b/)) return 'yard';
  if (has(/\b(cong|gate|bao ve|ra vao)\b/) && !has(/\bcong cong\b/)) return 'gate';
  if (has(/\b(cong cong|nha an|nha bep|bep|can tin|cau thang|bai xe|nha xe|kho|khac|other)\b/)) {
    return 'other';
  }
  return null;
}
