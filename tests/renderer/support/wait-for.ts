/** Waits until `condition` gives something true, and returns it; fails with what `says` says. */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  says: string | (() => string),
  timeoutMs = 10_000,
): Promise<NonNullable<T>> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value) return value as NonNullable<T>;
    if (performance.now() > end) {
      throw new Error(`waited in vain: ${typeof says === 'string' ? says : says()}`);
    }
    await pause(20);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
