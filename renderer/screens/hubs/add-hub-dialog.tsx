import { type FormEvent, useState } from 'react';
import { Button } from 'react-aria-components';
import { type HubKind, hubKinds, maxChannels } from '../../../src/contract/hub-schemas.ts';
import type { HubTest } from '../../stores/hubs/hubs-store.ts';
import { CauseNote } from '../dialog-frame.tsx';
import { Choice, TextBox } from '../manage/fields.tsx';
import { LoginForm, noLogin, saidLogin } from '../manage/login-form.tsx';
import { RoomDialog } from '../manage/room-dialog.tsx';
import { useTry } from '../manage/use-try.ts';
import { useProduct, useTexts, useWords } from '../product.tsx';
import { HubTestResult } from './hub-test-result.tsx';

const examples: Readonly<Record<HubKind, string>> = {
  onvif: '192.0.2.20',
  rtsp: 'rtsp://192.0.2.20:554/stream1',
  mediamtx: 'http://192.0.2.20:9997',
  go2rtc: 'http://192.0.2.20:1984',
  frigate: 'http://192.0.2.20:5000',
  hikvision: '192.0.2.20',
  dahua: '192.0.2.20',
  file: '/srv/vonggac/cameras.json',
};

/** A new hub: its kind and address, a login that goes one way, a look before it is kept. */
export function AddHubDialog({ onClose }: { onClose: () => void }) {
  const { core, hubs } = useProduct();
  const { t } = useWords();
  const c = useTexts('connect');
  const [kind, setKind] = useState<HubKind>('onvif');
  const [name, setName] = useState('');
  const [address, setAddress] = useState('');
  const [rtspAddress, setRtspAddress] = useState('');
  const [channels, setChannels] = useState('8');
  const [province, setProvince] = useState('');
  const [district, setDistrict] = useState('');
  const [login, setLogin] = useState(noLogin);
  const [test, setTest] = useState<HubTest | null>(null);
  const [missing, setMissing] = useState(false);
  const trying = useTry();
  const adding = useTry();
  const template = kind === 'hikvision' || kind === 'dahua';
  const api = kind === 'mediamtx' || kind === 'go2rtc' || kind === 'frigate';
  const busy = trying.busy || adding.busy;

  const way = () => ({
    kind,
    address: address.trim(),
    ...(rtspAddress.trim() && api ? { rtspAddress: rtspAddress.trim() } : {}),
    ...(template ? { channels: channelsOf(channels) } : {}),
    ...saidLogin(login),
  });
  const ready = () => {
    const there = address.trim() !== '';
    setMissing(!there);
    return there;
  };
  const look = () => {
    if (!ready()) return;
    setTest(null);
    void trying.run(async () => setTest(await core.call('hubs.test', way())));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready()) return;
    void adding
      .run(async () => {
        const { hubId } = await core.call('hubs.add', {
          name: name.trim() || address.trim(),
          ...way(),
          ...(province.trim() ? { province: province.trim() } : {}),
          ...(district.trim() ? { district: district.trim() } : {}),
        });
        hubs.reload();
        // What it brings is looked at before it is taken over.
        void hubs.look(hubId);
      })
      .then((done) => done && onClose());
  };
  return (
    <RoomDialog title={c('hubs.addTitle')} onClose={onClose}>
      <form className="form" onSubmit={submit} noValidate>
        <Choice
          label={c('hubs.kind')}
          value={kind}
          options={hubKinds.map((value) => ({ value, text: c(`hubKind.${value}`) }))}
          help={c(`hubKindHelp.${kind}`)}
          onChange={(value) => {
            if (value) setKind(value);
            setTest(null);
          }}
        />
        <TextBox
          label={c(kind === 'file' ? 'hubs.path' : 'hubs.address')}
          value={address}
          max={2000}
          placeholder={examples[kind]}
          error={missing && address.trim() === '' ? t('add.fault.empty') : null}
          onChange={setAddress}
        />
        {api ? (
          <TextBox
            label={c('hubs.rtspAddress')}
            help={c('hubs.rtspAddressHelp')}
            value={rtspAddress}
            max={300}
            placeholder="192.0.2.20:8554"
            onChange={setRtspAddress}
          />
        ) : null}
        {template ? (
          <TextBox
            label={c('hubs.channels')}
            value={channels}
            max={3}
            error={channelsOf(channels) ? null : c('hubs.channelsWrong', { max: maxChannels })}
            onChange={setChannels}
          />
        ) : null}
        <TextBox
          label={c('hubs.name')}
          value={name}
          placeholder={c('hubs.nameExample')}
          onChange={setName}
        />
        <div className="form-pair">
          <TextBox label={c('place.province')} value={province} onChange={setProvince} />
          <TextBox label={c('place.district')} value={district} onChange={setDistrict} />
        </div>
        <LoginForm value={login} onChange={setLogin} />
        <CauseNote cause={trying.cause ?? adding.cause} />
        {test ? <HubTestResult test={test} /> : null}
        <div className="buttons">
          <Button className="button" onPress={onClose}>
            {t('dialog.cancel')}
          </Button>
          <Button className="button" onPress={look} isDisabled={busy}>
            {trying.busy ? c('hubs.testing') : c('hubs.test')}
          </Button>
          <Button className="button" type="submit" data-primary isDisabled={busy}>
            {adding.busy ? c('hubs.adding') : c('hubs.addAndLook')}
          </Button>
        </div>
      </form>
    </RoomDialog>
  );
}

/** 0 where it is no number of channels. */
function channelsOf(text: string): number {
  const number = /^\d{1,3}$/u.test(text.trim()) ? Number(text) : 0;
  return number <= maxChannels ? number : 0;
}
