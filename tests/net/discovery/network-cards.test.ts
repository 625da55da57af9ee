import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import { DiscoveryDesk } from '../../../src/discovery/discovery-desk.ts';
import { localNetworks } from '../../../src/discovery/local-networks.ts';
import { openRegister } from '../../../src/sites/register.ts';
import { silentLog } from '../../../src/std/log.ts';
import { migrate } from '../../../src/store/migrations.ts';
import { makeNetNamespace } from '../../support/net-namespace.ts';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const space = makeNetNamespace();
const program = join(import.meta.dirname, '../../support/ws-discovery-process.ts');

describe.skipIf(space === null)('WS-Discovery on several network cards (quirk 19)', () => {
  it('hears a device behind the second card, and not when only the first is asked', async () => {
    if (!space) return;
    open.push(() => space.remove());
    const child = space.spawn(process.execPath, [program, space.address]);
    open.push(() => child.kill());
    if (child.stdout) await once(child.stdout, 'data');
    const card = localNetworks().find(
      ({ address }) => address === space.address.replace(/2$/, '1'),
    );
    expect(card?.name).toMatch(/^vgn/);

    const database = new DatabaseSync(':memory:', { enableForeignKeyConstraints: true });
    migrate(database);
    const desk = new DiscoveryDesk({
      database,
      register: openRegister({ database, log: silentLog }),
      log: silentLog,
      onProgress: () => {},
      tuning: { waitMs: 500, answerMs: 300 },
    });
    open.push(() => desk.close());
    const search = async (interfaces?: string[]) => {
      const { jobId } = desk.start(interfaces ? { interfaces } : {});
      await expect
        .poll(() => desk.results(jobId)?.progress.phase, { timeout: 20_000 })
        .toBe('done');
      return desk.results(jobId)?.devices.map(({ address, foreign }) => ({ address, foreign }));
    };
    const device = { address: space.address, foreign: false };
    expect(await search()).toContainEqual(device);
    expect(await search([card?.name ?? ''])).toEqual([device]);
    expect(await search(['lo'])).toEqual([]);
  });
});
