import { Button } from 'react-aria-components';
import { useStore } from 'zustand';
import { Icon } from '../icon.tsx';
import { useProduct, useTexts } from '../product.tsx';
import { isForbiddenPlace } from './register-words.ts';

const shown = 60;

/** The cameras and devices of a site, as a way to their own cards. */
export function SiteCameras({ siteId }: { siteId: string }) {
  const { register } = useProduct();
  const r = useTexts('register');
  const around = useStore(register.card, (model) => model.around);
  if (!around) return null;
  return (
    <section className="site-cameras">
      <h3>{r('card.cameras', { count: around.cameras.length })}</h3>
      <ul>
        {around.cameras.slice(0, shown).map(({ camera, refusal }) => (
          <li key={camera.id}>
            <button
              type="button"
              className="link-row"
              onClick={() => void register.card.open({ kind: 'camera', id: camera.id, siteId })}
            >
              <Icon name={refusal ? 'lock' : 'camera'} />
              <span className="link-name">{camera.name}</span>
              <span className="dim">
                {camera.placement === null
                  ? r('placement.none')
                  : `${isForbiddenPlace(camera.placement) ? '⚠ ' : ''}${r(`placement.${camera.placement}`)}`}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {around.devices.length > 0 ? (
        <>
          <h3>{r('card.devices', { count: around.devices.length })}</h3>
          <ul>
            {around.devices.map((device) => (
              <li key={device.id} className="device-line">
                <strong>{device.name || device.address}</strong>
                <span className="dim">
                  {[r(`device.${device.kind}`), device.vendor, device.model, device.serial]
                    .filter(Boolean)
                    .join(' · ')}
                </span>
              </li>
            ))}
          </ul>
        </>
      ) : null}
      <Button
        className="button"
        data-small
        onPress={() => void register.card.open({ kind: 'camera', id: null, siteId })}
      >
        <Icon name="add" />
        {r('add.camera')}
      </Button>
    </section>
  );
}
