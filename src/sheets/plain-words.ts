/** `Huyện/Thị xã (nếu có)` → `huyen thi xa`: how headings and choices are compared. */
export function plainWords(text: string): string {
  return text
    .slice(0, 1000)
    .replace(/\([^)]*\)|\*/g, ' ')
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[đĐ]/g, 'd')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
}
