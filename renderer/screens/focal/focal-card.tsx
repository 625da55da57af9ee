import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import type { FocalPoint } from '../../../src/contract/register-schemas.ts';
import type { CallResult } from '../../../src/contract/schemas.ts';
import { type Asked, asker, notAsked } from '../../stores/workplace/asked.ts';
import { DialogFrame } from '../dialog-frame.tsx';
import { Icon, type IconName } from '../icon.tsx';
import { FailedNote, LoadingNote } from '../manage/notes.tsx';
import { useCameras, useProduct, useTexts } from '../product.tsx';
import { addressLine } from './address-line.ts';

type Found = CallResult<'register.camera'>;

/** Whom to call about a camera that shows nothing: one press from its tile. */
export function FocalCard({ cameraId }: { cameraId: string }) {
  const { core, commands, register, session } = useProduct();
  const c = useTexts('connect');
  const [asked, setAsked] = useState<Asked<Found>>(notAsked);
  const camera = useCameras((model) => model.byId.get(cameraId));
  const [turn, setTurn] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a turn is another try
  useEffect(() => {
    void asker<Found>(setAsked)(() => core.call('register.camera', { cameraId }));
  }, [core, cameraId, turn]);
  const found = asked.state === 'known' ? asked.value : null;
  const site = found?.site;
  const given = asked.state === 'known' && !site ? (camera?.focalPoints ?? []) : [];
  const toSite = (siteId: string) => {
    session.closeDialog();
    commands.openManage('register');
    void register.card.open({ kind: 'site', id: siteId });
  };
  return (
    <DialogFrame title={c('focal.title')}>
      <div className="focal">
        <div className="of-camera">
          <p className="of-camera-name">{site?.name || camera?.siteName || c('focal.noSite')}</p>
          <p>{site ? addressLine(site) : camera?.province}</p>
          <p>{c('focal.camera', { name: found?.row.camera.name ?? camera?.name ?? cameraId })}</p>
        </div>
        {asked.state === 'asking' ? <LoadingNote /> : null}
        {asked.state === 'failed' ? (
          <FailedNote cause={asked.cause} onRetry={() => setTurn(turn + 1)} />
        ) : null}
        {asked.state === 'known' && !site && given.length === 0 ? (
          <p>{c('focal.notInRegister')}</p>
        ) : null}
        {site?.focalPoints.length === 0 ? <p>{c('focal.none')}</p> : null}
        {given.length > 0 ? <p className="dim">{c('focal.given')}</p> : null}
        <People focalPoints={site?.focalPoints ?? given} />
        {site ? (
          <div className="buttons">
            <Button className="button" onPress={() => toSite(site.id)}>
              <Icon name="sites" />
              {c('focal.toSite')}
            </Button>
          </div>
        ) : null}
      </div>
    </DialogFrame>
  );
}

function People({ focalPoints }: { focalPoints: readonly FocalPoint[] }) {
  const c = useTexts('connect');
  if (focalPoints.length === 0) return null;
  return (
    <ol className="focal-list">
      {focalPoints.map(({ name, title, phone, email }) => (
        <li key={`${name}.${phone}.${email}`} className="focal-person">
          <p className="focal-name">{name || c('focal.nameless')}</p>
          {title ? <p className="dim">{title}</p> : null}
          {phone ? <Copyable icon="phone" text={phone} label={c('focal.copyPhone')} /> : null}
          {email ? <Copyable icon="mail" text={email} label={c('focal.copyEmail')} /> : null}
        </li>
      ))}
    </ol>
  );
}

/** Large enough to be read out over a telephone, and copied by one press. */
function Copyable({ icon, text, label }: { icon: IconName; text: string; label: string }) {
  const c = useTexts('connect');
  const [said, setSaid] = useState<'copied' | 'failed' | null>(null);
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => setSaid('copied'),
      () => setSaid('failed'),
    );
  };
  return (
    <p className="copyable">
      <Icon name={icon} />
      <span className="copyable-text">{text}</span>
      <Button className="button" data-small aria-label={`${label}: ${text}`} onPress={copy}>
        <Icon name="copy" />
        {c('focal.copy')}
      </Button>
      <span role="status" className="dim">
        {said ? c(`focal.${said}`) : ''}
      </span>
    </p>
  );
}
