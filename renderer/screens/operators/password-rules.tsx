import { minPassword } from '../../../src/contract/operator-schemas.ts';
import {
  characterKinds,
  isLikeName,
  kindsIn,
  minKinds,
} from '../../../src/contract/password-rules.ts';
import { Icon } from '../icon.tsx';
import { useTexts } from '../product.tsx';

/** What a new password has to be, and what of it is done, while it is typed. */
export function PasswordRules({ password, name }: { password: string; name: string }) {
  const o = useTexts('operators');
  const length = [...password.normalize('NFC')].length;
  const kinds = kindsIn(password);
  const words = characterKinds.map((kind) => o(`rules.kind.${kind}`)).join(', ');
  const rules: readonly { key: string; met: boolean; text: string }[] = [
    {
      key: 'long',
      met: length >= minPassword,
      text: o('rules.long', { min: minPassword, count: length }),
    },
    {
      key: 'kinds',
      met: kinds.length >= minKinds,
      text: `${o('rules.kinds', { count: kinds.length })}: ${words}`,
    },
    { key: 'name', met: length > 0 && !isLikeName(password, name), text: o('rules.name') },
  ];
  return (
    <ul className="password-rules" aria-label={o('rules.label')}>
      {rules.map(({ key, met, text }) => (
        <li key={key} data-met={met || undefined}>
          <span
            className="password-rule-mark"
            role="img"
            aria-label={o(met ? 'rules.met' : 'rules.unmet')}
          >
            {met ? <Icon name="check" /> : '·'}
          </span>
          {text}
        </li>
      ))}
    </ul>
  );
}
