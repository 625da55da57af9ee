import { type FormEvent, useState } from 'react';
import { Button } from 'react-aria-components';
import { useStore } from 'zustand';
import type { LoginQuestion } from '../../../src/contract/vault-schemas.ts';
import { CauseNote } from '../dialog-frame.tsx';
import { LoginForm, noLogin } from '../manage/login-form.tsx';
import { RoomDialog } from '../manage/room-dialog.tsx';
import { useTry } from '../manage/use-try.ts';
import { useProduct, useTexts, useWords } from '../product.tsx';

const shown = 50;

/** Devices that wait for a login: asked once each, for all of their cameras. */
export function LoginQuestions() {
  const { settings } = useProduct();
  const words = useWords();
  const c = useTexts('connect');
  const questions = useStore(settings, (model) => model.questions);
  const [asked, setAsked] = useState<LoginQuestion | null>(null);
  if (questions.length === 0) return null;
  return (
    <section className="setting">
      <h3>{c('logins.title', { count: questions.length })}</h3>
      <p className="dim">{c('logins.text')}</p>
      <ul className="samples">
        {questions.slice(0, shown).map((question) => (
          <li key={question.device} className="login-question">
            <span>
              <strong>{question.siteName || question.cameraName}</strong>{' '}
              <span className="dim">
                {question.device} · {c('logins.cameras', { count: question.cameras })} ·{' '}
                {words.causeText(question.cause)}
              </span>
            </span>
            <Button className="button" data-small onPress={() => setAsked(question)}>
              {c('logins.answer')}
            </Button>
          </li>
        ))}
      </ul>
      {asked ? <Answer question={asked} onClose={() => setAsked(null)} /> : null}
    </section>
  );
}

function Answer({ question, onClose }: { question: LoginQuestion; onClose: () => void }) {
  const { settings } = useProduct();
  const { t } = useWords();
  const c = useTexts('connect');
  const [login, setLogin] = useState(noLogin);
  const { busy, cause, run } = useTry();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run(() => settings.answer(question, login.user.trim(), login.password)).then((done) => {
      if (done) onClose();
    });
  };
  return (
    <RoomDialog title={c('logins.of', { device: question.device })} onClose={onClose}>
      <form className="form" onSubmit={submit}>
        <div className="of-camera">
          <p className="of-camera-name">{question.siteName || question.cameraName}</p>
          <p>{c('logins.cameras', { count: question.cameras })}</p>
        </div>
        <LoginForm value={login} onChange={setLogin} once />
        <CauseNote cause={cause} />
        <div className="buttons">
          <Button className="button" onPress={onClose}>
            {t('dialog.cancel')}
          </Button>
          <Button
            className="button"
            type="submit"
            data-primary
            isDisabled={busy || login.user.trim() === ''}
          >
            {t('login.submit')}
          </Button>
        </div>
      </form>
    </RoomDialog>
  );
}
