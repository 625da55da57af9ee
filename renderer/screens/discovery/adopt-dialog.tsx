import { type FormEvent, useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import { useStore } from 'zustand';
import { knownOf } from '../../stores/workplace/asked.ts';
import { CauseNote } from '../dialog-frame.tsx';
import { Chips, Choice, TextBox } from '../manage/fields.tsx';
import { LoginForm, noLogin, saidLogin } from '../manage/login-form.tsx';
import { RoomDialog } from '../manage/room-dialog.tsx';
import { useTry } from '../manage/use-try.ts';
import { useProduct, useTexts, useWords } from '../product.tsx';

/** Takes chosen devices into a site of the register. Each device is logged in to once at most. */
export function AdoptDialog({ onClose }: { onClose: () => void }) {
  const { discovery, register } = useProduct();
  const { t } = useWords();
  const c = useTexts('connect');
  useEffect(() => register.watch(), [register]);
  const sites = useStore(register, (model) => knownOf(model.tree)?.sites);
  const devices = useStore(discovery, (model) => model.devices);
  const selected = useStore(discovery, (model) => model.selected);
  const [where, setWhere] = useState<'new' | 'known'>('new');
  const [siteId, setSiteId] = useState<string | null>(null);
  const [name, setName] = useState('');
  const [province, setProvince] = useState('');
  const [district, setDistrict] = useState('');
  const [kind, setKind] = useState<'hikvision' | 'dahua' | null>(null);
  const [channels, setChannels] = useState('8');
  const [login, setLogin] = useState(noLogin);
  const { busy, cause, run } = useTry();
  const silent = devices.filter(({ id, onvifUrl }) => selected.has(id) && !onvifUrl).length;
  const ready = where === 'new' ? name.trim() !== '' : siteId !== null;
  const number = /^\d{1,3}$/u.test(channels) ? Number(channels) : 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    void run(() =>
      discovery.adopt({
        site:
          where === 'known' && siteId
            ? { siteId }
            : { name: name.trim(), province: province.trim(), district: district.trim() },
        ...(kind && silent > 0 ? { template: { kind, channels: number } } : {}),
        ...saidLogin(login),
      }),
    ).then((done) => done && onClose());
  };
  return (
    <RoomDialog title={c('adopt.title', { count: selected.size })} onClose={onClose}>
      <form className="form" onSubmit={submit} noValidate>
        <Chips
          label={c('adopt.where')}
          value={where}
          options={[
            { value: 'new', text: c('adopt.newSite') },
            { value: 'known', text: c('adopt.knownSite') },
          ]}
          onChange={(value) => value && setWhere(value)}
        />
        {where === 'known' ? (
          <Choice
            label={c('adopt.site')}
            value={siteId}
            none={c('adopt.chooseSite')}
            options={(sites ?? []).map((site) => ({
              value: site.id,
              text: [site.name, site.district, site.province].filter(Boolean).join(' · '),
            }))}
            onChange={setSiteId}
          />
        ) : (
          <>
            <TextBox label={c('adopt.siteName')} value={name} onChange={setName} required />
            <div className="form-pair">
              <TextBox label={c('place.province')} value={province} onChange={setProvince} />
              <TextBox label={c('place.district')} value={district} onChange={setDistrict} />
            </div>
          </>
        )}
        {silent > 0 ? (
          <div className="form-pair">
            <Choice
              label={c('adopt.template', { count: silent })}
              value={kind}
              none={c('adopt.noTemplate')}
              options={[
                { value: 'hikvision', text: c('hubKind.hikvision') },
                { value: 'dahua', text: c('hubKind.dahua') },
              ]}
              onChange={setKind}
            />
            {kind ? (
              <TextBox label={c('hubs.channels')} value={channels} max={3} onChange={setChannels} />
            ) : null}
          </div>
        ) : null}
        <LoginForm value={login} onChange={setLogin} once />
        <CauseNote cause={cause} />
        <div className="buttons">
          <Button className="button" onPress={onClose}>
            {t('dialog.cancel')}
          </Button>
          <Button className="button" type="submit" data-primary isDisabled={busy || !ready}>
            {busy ? c('adopt.busy') : c('adopt.submit')}
          </Button>
        </div>
      </form>
    </RoomDialog>
  );
}
