import { type FormEvent, useState } from 'react';
import { Button } from 'react-aria-components';
import { useStore } from 'zustand';
import { minPassphrase } from '../../../src/contract/vault-schemas.ts';
import { knownOf } from '../../stores/workplace/asked.ts';
import { CauseNote } from '../dialog-frame.tsx';
import { TextBox } from '../manage/fields.tsx';
import { Badge, FailedNote, LoadingNote } from '../manage/notes.tsx';
import { useTry } from '../manage/use-try.ts';
import { useProduct, useTexts } from '../product.tsx';

/** Where passwords are kept, in plain words, and what can be done about it. */
export function VaultSetting() {
  const { settings } = useProduct();
  const c = useTexts('connect');
  const asked = useStore(settings, (model) => model.vault);
  const vault = knownOf(asked);
  const lock = useTry();
  return (
    <section className="setting">
      <h3>{c('vault.title')}</h3>
      {asked.state === 'failed' ? (
        <FailedNote cause={asked.cause} onRetry={settings.reload} />
      ) : null}
      {!vault && asked.state !== 'failed' ? <LoadingNote /> : null}
      {vault ? (
        <>
          <p>
            <Badge
              tone={vault.level === 'memory' || vault.state !== 'open' ? 'warn' : 'good'}
              icon={vault.level === 'memory' || vault.state !== 'open' ? 'warning' : 'lock'}
            >
              {c(`vault.level.${vault.level}`)}
            </Badge>
          </p>
          <p className="dim">{c(`vault.levelText.${vault.level}`)}</p>
          {vault.unkept > 0 ? (
            <p className="note" data-kind="warn">
              {c('vault.unkept', { count: vault.unkept })}
            </p>
          ) : null}
          {vault.state === 'damaged' ? (
            <p className="note" data-kind="bad">
              {c('vault.damaged')}
            </p>
          ) : null}
          {vault.state === 'locked' ? <Unlock /> : null}
          {vault.canCreate ? <Create /> : null}
          {vault.level === 'passphrase' && vault.state === 'open' ? (
            <div className="hub-buttons">
              <Button
                className="button"
                data-small
                isDisabled={lock.busy}
                onPress={() => void lock.run(settings.lockVault)}
              >
                {c('vault.lock')}
              </Button>
            </div>
          ) : null}
          <CauseNote cause={lock.cause} />
        </>
      ) : null}
    </section>
  );
}

function Unlock() {
  const { settings } = useProduct();
  const c = useTexts('connect');
  const [passphrase, setPassphrase] = useState('');
  const { busy, cause, run } = useTry();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run(() => settings.unlockVault(passphrase)).then(() => setPassphrase(''));
  };
  return (
    <form className="form" onSubmit={submit}>
      <TextBox
        label={c('vault.passphrase')}
        type="password"
        max={1000}
        value={passphrase}
        onChange={setPassphrase}
      />
      <CauseNote cause={cause} />
      <div className="hub-buttons">
        <Button
          className="button"
          type="submit"
          data-primary
          isDisabled={busy || passphrase === ''}
        >
          {busy ? c('vault.unlocking') : c('vault.unlock')}
        </Button>
      </div>
    </form>
  );
}

function Create() {
  const { settings } = useProduct();
  const c = useTexts('connect');
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const [tried, setTried] = useState(false);
  const { busy, cause, run } = useTry();
  const short = [...passphrase].length < minPassphrase;
  const differs = passphrase !== again;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (short || differs) return;
    void run(() => settings.createVault(passphrase)).then(() => {
      setPassphrase('');
      setAgain('');
      setTried(false);
    });
  };
  return (
    <form className="form" onSubmit={submit} noValidate>
      <p>{c('vault.createText')}</p>
      <TextBox
        label={c('vault.passphrase')}
        type="password"
        max={1000}
        value={passphrase}
        help={c('vault.passphraseHelp', { min: minPassphrase })}
        error={tried && short ? c('vault.tooShort', { min: minPassphrase }) : null}
        onChange={setPassphrase}
      />
      <TextBox
        label={c('vault.again')}
        type="password"
        max={1000}
        value={again}
        error={tried && !short && differs ? c('vault.differs') : null}
        onChange={setAgain}
      />
      <CauseNote cause={cause} />
      <div className="hub-buttons">
        <Button className="button" type="submit" data-primary isDisabled={busy}>
          {busy ? c('vault.creating') : c('vault.create')}
        </Button>
      </div>
    </form>
  );
}
