import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { roomCamera, shelfRoom } from './shelf-room.ts';

/**
 * A process that takes pictures and clips and packs them, to be killed or measured:
 * `shelf-process.ts DATA TARGET [SNAPSHOTS]`. Says each finished thing on standard output. With
 * SNAPSHOTS it takes so many, and says how much memory it holds (needs `--expose-gc`); with `full` it
 * takes them until that fails, makes room by removing one, and goes on.
 */
const [dataDir = '', target = '', snapshots] = process.argv.slice(2);
const room = await shelfRoom(dataDir);
const png = Buffer.from('89504e470d0a1a0a', 'hex');
const picture = (size: number) => Buffer.concat([png, randomBytes(size)]);
const say = (text: string) => process.stdout.write(`${text}\n`);

if (snapshots === 'full') {
  const code = (error: unknown) => (error as { code?: string }).code;
  const taken: string[] = [];
  for (;;) {
    try {
      taken.push((await room.take(picture(1_000_000))).id);
    } catch (error) {
      say(`failed ${code(error)} after ${taken.length}`);
      break;
    }
  }
  const files = readdirSync(join(dataDir, 'evidence')).length;
  await room.handlers['evidence.remove']({ itemIds: taken.slice(0, 2) });
  const again = await room.take(picture(500_000)).then(() => 'taken', code);
  say(`files ${files - taken.length} too many, then ${again}`);
  process.exit(0);
}
if (snapshots !== undefined) {
  const held = () => {
    // Twice: what the first finds dead frees buffers that the second finds.
    for (let turn = 0; turn < 2; turn++) (globalThis as { gc?: () => void }).gc?.();
    const { heapUsed, arrayBuffers, external } = process.memoryUsage();
    return heapUsed + arrayBuffers + external;
  };
  const size = 300_000;
  for (let n = 0; n < 50; n++) await room.take(picture(size));
  const before = held();
  for (let n = 0; n < Number(snapshots); n++) await room.take(picture(size));
  say(JSON.stringify({ grown: held() - before, rss: process.resourceUsage().maxRSS * 1024 }));
  await room.close();
  process.exit(0);
}

say('ready');
for (let n = 0; ; n++) {
  const items = [await room.take(picture(300_000))];
  say(`taken ${items[0]?.name}`);
  const to = Date.now();
  const { jobIds } = await room.handlers['evidence.clip']({
    ...{ cameraIds: [roomCamera], from: to - 4000, to, source: 'ring', quality: null },
    ...{ audio: true, reason: null },
  });
  const clip = await room.ended(jobIds[0] ?? '');
  if (clip.phase !== 'done') say(`failed ${clip.cause?.code}`);
  const { jobId } = await room.handlers['evidence.package']({
    itemIds: [...items.map(({ id }) => id), ...clip.itemIds],
    folder: target,
    name: `Gói ${process.pid}-${n}`,
    ...{ recipient: null, legalBasis: null, reason: null, withAudit: true, password: null },
  });
  const pack = await room.ended(jobId);
  say(pack.phase === 'done' ? `packed ${pack.title}` : `failed ${pack.cause?.code}`);
}
