/**
 * The first lines of standard input, for `--password-stdin` and its like: a secret never stands in an
 * argv. Always `count` of them; what is missing is `''`.
 */
export async function linesOfStdin(
  input: AsyncIterable<Buffer | string>,
  count: number,
): Promise<string[]> {
  const chunks: Buffer[] = [];
  let [size, ends] = [0, 0];
  for await (const chunk of input) {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    size += bytes.length;
    for (const byte of bytes) if (byte === 10) ends++;
    if (ends >= count || size > 4096 * count) break;
  }
  const lines = Buffer.concat(chunks).toString('utf8').split('\n');
  return Array.from({ length: count }, (_, index) => (lines[index] ?? '').replace(/\r$/, ''));
}

export async function firstLineOfStdin(input: AsyncIterable<Buffer | string>): Promise<string> {
  return (await linesOfStdin(input, 1))[0] as string;
}
