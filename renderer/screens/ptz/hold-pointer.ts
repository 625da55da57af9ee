/**
 * Keeps a pointer's events coming, wherever it goes. False where it is gone already: then nothing may
 * begin, for its end would not be heard.
 */
export function holdPointer(element: Element, pointerId: number): boolean {
  try {
    element.setPointerCapture(pointerId);
    return true;
  } catch {
    return false;
  }
}
