import { useEffect } from 'react';
import { Button } from 'react-aria-components';
import { useStore } from 'zustand';
import type { Language } from '../../../src/contract/schemas.ts';
import { RoomDialog } from '../manage/room-dialog.tsx';
import { MarkSetting } from '../privacy/mark-setting.tsx';
import { useProduct, useSession, useTexts, useWords } from '../product.tsx';
import { parts } from './libraries.ts';
import { LoginQuestions } from './login-questions.tsx';
import { RingSetting } from './ring-setting.tsx';
import { UnusedLogins } from './unused-logins.tsx';
import { VaultSetting } from './vault-setting.tsx';
import { WorkstationSetting } from './workstation-setting.tsx';

const languages: readonly Language[] = ['vi', 'en'];

/** What is set for this workstation. */
export function SettingsScreen() {
  const { commands, settings } = useProduct();
  const { t, language } = useWords();
  useEffect(() => settings.watch(), [settings]);
  const c = useTexts('connect');
  const hello = useSession((model) => model.hello);
  const licences = useStore(settings, (model) => model.licences);
  return (
    <section className="screen room-scroll" aria-label={c('settings.title')}>
      <header className="screen-head">
        <h2>{c('settings.title')}</h2>
      </header>
      <div className="settings">
        <section className="setting">
          <h3>{c('settings.language')}</h3>
          <p className="dim">{c('settings.languageText')}</p>
          {/* biome-ignore lint/a11y/useSemanticElements: two toggles, not a form */}
          <div className="chips" role="group" aria-label={c('settings.language')}>
            {languages.map((each) => (
              <button
                key={each}
                type="button"
                className="chip"
                lang={each}
                aria-pressed={each === language}
                onClick={() => {
                  if (each !== language) commands.toggleLanguage();
                }}
              >
                {t(`language.${each}`)}
              </button>
            ))}
          </div>
        </section>
        <MarkSetting />
        <WorkstationSetting />
        <RingSetting />
        <VaultSetting />
        <LoginQuestions />
        <UnusedLogins />
        <section className="setting">
          <h3>{c('settings.about')}</h3>
          <dl className="fact-list">
            <div>
              <dt>{c('settings.version')}</dt>
              <dd>{hello ? `Vọng Gác ${hello.version}` : '…'}</dd>
            </div>
            <div>
              <dt>{c('settings.shell')}</dt>
              <dd>{hello ? t(`shell.${hello.shell}`) : '…'}</dd>
            </div>
            {hello?.dataDir ? (
              <div>
                <dt>{c('settings.dataDir')}</dt>
                <dd className="selectable">{hello.dataDir}</dd>
              </div>
            ) : null}
            {hello && hello.screens > 1 ? (
              <div>
                <dt>{c('settings.screens')}</dt>
                <dd>
                  {c('settings.screenOf', { screen: hello.screen + 1, screens: hello.screens })}
                </dd>
              </div>
            ) : null}
          </dl>
          <div className="hub-buttons">
            <Button className="button" data-small onPress={() => settings.showLicences(true)}>
              {c('settings.licencesOpen')}
            </Button>
            <Button className="button" data-small onPress={commands.openHelp}>
              {c('settings.keys')}
            </Button>
          </div>
        </section>
      </div>
      {licences ? (
        <RoomDialog title={c('settings.licences')} onClose={() => settings.showLicences(false)}>
          <p>{c('settings.licencesText')}</p>
          <table className="plain">
            <tbody>
              {parts.map(([name, licence]) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td>{licence}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </RoomDialog>
      ) : null}
    </section>
  );
}
