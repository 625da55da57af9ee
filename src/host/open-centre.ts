import { startDemoCentre } from '../demo/centre.ts';
import type { DemoCentre } from '../demo/centre.types.ts';
import { hasSavedSources } from '../store/store.ts';
import { createHost } from './create-host.ts';
import type { Host, HostOptions } from './host.types.ts';

/** When the simulated centre is opened: `empty` means only where no source is configured. */
export type DemoWish = 'always' | 'empty' | 'never';

export interface CentreOptions extends Omit<HostOptions, 'demo'> {
  readonly demo: DemoWish;
}

export interface Centre extends Host {
  /** Whether the demonstration runs, so that a shell can say so. */
  readonly demo: boolean;
}

/**
 * The core as both shells open it: with the sources that are configured, and with the demonstration
 * where there are none.
 */
export async function openCentre(options: CentreOptions): Promise<Centre> {
  const { demo: wish, ...rest } = options;
  const wanted = wish === 'always' || (wish === 'empty' && !hasSources(options));
  const demo: DemoCentre | null = wanted
    ? await startDemoCentre({ log: options.log.child({ room: 'demo' }) })
    : null;
  try {
    const host = await createHost({
      ...rest,
      cameras: [...options.cameras, ...(demo?.cameras ?? [])],
      demo: demo !== null,
    });
    return {
      ...host,
      demo: demo !== null,
      async close() {
        await host.close();
        await demo?.close();
      },
    };
  } catch (error) {
    await demo?.close();
    throw error;
  }
}

function hasSources({ cameras, dataDir }: CentreOptions): boolean {
  return cameras.length > 0 || (dataDir !== null && hasSavedSources(dataDir));
}
