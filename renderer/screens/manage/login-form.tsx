import { useWords } from '../product.tsx';
import { TextBox } from './fields.tsx';

export interface TypedLogin {
  readonly user: string;
  readonly password: string;
}

export const noLogin: TypedLogin = { user: '', password: '' };

interface LoginFormProps {
  readonly value: TypedLogin;
  readonly onChange: (value: TypedLogin) => void;
  /** A device may lock the address after a few wrong passwords: it is tried once, and this is said. */
  readonly once?: boolean;
}

/** Name and password of a hub or device, wherever the rooms ask for them; never read back. */
export function LoginForm({ value, onChange, once = false }: LoginFormProps) {
  const { t } = useWords();
  return (
    <>
      <div className="form-pair">
        <TextBox
          label={t('login.user')}
          value={value.user}
          onChange={(user) => onChange({ ...value, user })}
        />
        <TextBox
          label={t('login.password')}
          type="password"
          max={500}
          value={value.password}
          onChange={(password) => onChange({ ...value, password })}
        />
      </div>
      <p className="dim">{t('login.writeOnly')}</p>
      {once ? (
        <p className="note" data-kind="warn">
          {t('login.once')}
        </p>
      ) : null}
    </>
  );
}

/** As a call takes it: what was left empty is not said. */
export function saidLogin({ user, password }: TypedLogin): { user?: string; password?: string } {
  return { ...(user.trim() ? { user: user.trim() } : {}), ...(password ? { password } : {}) };
}
