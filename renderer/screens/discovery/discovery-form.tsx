import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { TextBox } from '../manage/fields.tsx';
import { FailedNote, LoadingNote } from '../manage/notes.tsx';
import { useProduct, useTexts } from '../product.tsx';

/** Where to look: network cards for the multicast question, ranges for the sweep. */
export function DiscoveryForm(props: { readonly running: boolean; readonly children: ReactNode }) {
  const { discovery } = useProduct();
  const c = useTexts('connect');
  const interfaces = useStore(discovery, (model) => model.interfaces);
  const leftOut = useStore(discovery, (model) => model.leftOut);
  const ranges = useStore(discovery, (model) => model.ranges);
  const list = interfaces.state === 'idle' ? null : interfaces.value;
  return (
    <div className="discovery-form">
      <fieldset disabled={props.running}>
        <legend>{c('discovery.interfaces')}</legend>
        {interfaces.state === 'failed' ? <FailedNote cause={interfaces.cause} /> : null}
        {list === null && interfaces.state !== 'failed' ? <LoadingNote /> : null}
        {list?.length === 0 ? <p className="dim">{c('discovery.noInterface')}</p> : null}
        {list?.map(({ name, address, cidr }) => (
          <div key={`${name} ${address}`} className="check">
            <input
              id={`card-${name}-${address}`}
              type="checkbox"
              checked={!leftOut.has(name)}
              onChange={(event) => discovery.setInterface(name, event.target.checked)}
            />
            <label htmlFor={`card-${name}-${address}`}>
              {name} <span className="dim">{cidr || address}</span>
            </label>
            {cidr ? (
              <button
                type="button"
                className="link"
                onClick={() =>
                  discovery.setRanges(
                    ranges.split('\n').includes(cidr) ? ranges : `${ranges}\n${cidr}`.trim(),
                  )
                }
              >
                {c('discovery.sweepThis')}
              </button>
            ) : null}
          </div>
        ))}
      </fieldset>
      <fieldset disabled={props.running}>
        <legend>{c('discovery.sweep')}</legend>
        <TextBox
          label={c('discovery.ranges')}
          help={c('discovery.rangesHelp')}
          value={ranges}
          lines={3}
          max={6000}
          placeholder="192.0.2.0/24"
          onChange={discovery.setRanges}
          wide
        />
      </fieldset>
      <div className="discovery-buttons">{props.children}</div>
    </div>
  );
}
