/** Runs at most `width` at a time, in the order they came. */
export function createTurns(width: number): {
  run<T>(work: () => Promise<T>): Promise<T>;
  readonly waiting: number;
} {
  const queue: (() => void)[] = [];
  let running = 0;
  const next = () => {
    if (running >= width) return;
    const begin = queue.shift();
    if (!begin) return;
    running++;
    begin();
  };
  return {
    get waiting() {
      return queue.length;
    },
    run(work) {
      return new Promise((resolve, reject) => {
        queue.push(() => {
          work()
            .then(resolve, reject)
            .finally(() => {
              running--;
              next();
            });
        });
        next();
      });
    },
  };
}
