import { Button } from 'react-aria-components';
import { useStore } from 'zustand';
import { timeText } from '../i18n.ts';
import { Icon } from './icon.tsx';
import { useProduct, useSecond, useSession, useWords } from './product.tsx';

/** Lines between the bar and the pictures: what everybody in the room has to know. */
export function Strips() {
  const { commands, session } = useProduct();
  const words = useWords();
  const { t } = words;
  const demo = useSession((model) => model.hello?.demo ?? false);
  const demoHidden = useSession((model) => model.demoBannerHidden);
  const warnings = useSession((model) => model.hello?.warnings);
  const dismissed = useSession((model) => model.dismissedWarnings);
  const trouble = useSession((model) => model.trouble);
  return (
    <div className="strips">
      {demo && !demoHidden ? (
        <div className="strip" data-kind="demo" role="note">
          <strong>{t('demo.title')}</strong>
          <span className="strip-text">{t('demo.text')}</span>
          <Button className="button" data-small onPress={commands.openStart}>
            {t('demo.add')}
          </Button>
          <Dismiss onPress={session.hideDemoBanner} />
        </div>
      ) : null}
      {(warnings ?? [])
        .filter((key) => !dismissed.has(key))
        .map((key) => (
          <div key={key} className="strip" data-kind="warn" role="note">
            <Icon name="warning" />
            <span className="strip-text">{words.maybe('shell', key) ?? key}</span>
            <Dismiss onPress={() => session.dismissWarning(key)} />
          </div>
        ))}
      {trouble ? (
        <div className="strip" data-kind="bad" role="alert">
          <Icon name="warning" />
          <strong>{words.causeText(trouble)}</strong>
          <span className="strip-text">{words.causeHint(trouble)}</span>
          <Dismiss onPress={() => session.setTrouble(null)} />
        </div>
      ) : null}
    </div>
  );
}

function Dismiss({ onPress }: { onPress: () => void }) {
  const { t } = useWords();
  return (
    <Button className="strip-close" aria-label={t('dialog.dismiss')} onPress={onPress}>
      <Icon name="close" />
    </Button>
  );
}

/** Nothing on the wall is live any more, and this program itself is the reason. */
export function HostGone() {
  const { core } = useProduct();
  const { t } = useWords();
  const gone = useStore(core.connection, (model) => model.phase === 'gone');
  const since = useStore(core.connection, (model) => model.since);
  const attempt = useStore(core.connection, (model) => model.attempt);
  const seconds = useSecond(gone);
  if (!gone) return null;
  const lostAt = Date.now() - (performance.now() - since);
  return (
    <div className="gone" role="alert">
      <div className="gone-box">
        <Icon name="warning" />
        <h2>{t('gone.title')}</h2>
        <p className="gone-text">{t('gone.text')}</p>
        <p className="gone-since">
          {t('gone.since', {
            time: timeText(lostAt),
            seconds: Math.max(0, Math.floor(seconds - lostAt / 1000)),
          })}
        </p>
        <p className="gone-hint">{attempt > 0 ? t('gone.attempt', { attempt }) : t('gone.hint')}</p>
      </div>
    </div>
  );
}

/** In wall mode the banner is away, but a simulated picture is never shown without saying so. */
export function DemoMark() {
  const { t } = useWords();
  const demo = useSession((model) => model.hello?.demo ?? false);
  return demo ? <p className="demo-mark">{t('demo.mark')}</p> : null;
}
