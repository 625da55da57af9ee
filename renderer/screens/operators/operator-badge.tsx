import {
  Button,
  Keyboard,
  Menu,
  MenuItem,
  MenuTrigger,
  Popover,
  Text,
} from 'react-aria-components';
import { useStore } from 'zustand';
import { Icon } from '../icon.tsx';
import { useProduct, useTexts } from '../product.tsx';

/** Who is at the keyboard, and the quick change of shift. */
export function OperatorBadge() {
  const { operators } = useProduct();
  const o = useTexts('operators');
  const state = useStore(operators, (model) => model.state);
  if (!state) return null;
  const { session } = state;
  if (!session) {
    return (
      <Button
        className="bar-button operator"
        aria-label={o('bar.signIn')}
        onPress={operators.askSwitch}
      >
        <Icon name="person" />
        <span className="operator-name">{o('bar.signIn')}</span>
      </Button>
    );
  }
  const { operator, locked } = session;
  const name = operator.fullName || operator.name;
  const act: Readonly<Record<string, () => void>> = {
    switch: operators.askSwitch,
    lock: () => void operators.lock().catch(() => {}),
    unlock: () => void operators.ask(),
    password: operators.askPassword,
    leave: () => void operators.signOut().catch(() => {}),
  };
  const label = o(locked ? 'bar.locked' : 'bar.operator', {
    name,
    role: o(`role.${operator.role}`),
  });
  return (
    <MenuTrigger>
      <Button className="bar-button operator" data-locked={locked || undefined} aria-label={label}>
        <Icon name={locked ? 'lock' : 'person'} />
        <span className="operator-who">
          <span className="operator-name">{name}</span>
          <span className="operator-role">
            {locked ? o('bar.lockedShort') : o(`role.${operator.role}`)}
          </span>
        </span>
      </Button>
      <Popover className="popover">
        <Menu className="menu" aria-label={label} onAction={(key) => act[key]?.()}>
          {locked ? (
            <MenuItem id="unlock" className="menu-item">
              {o('menu.unlock')}
            </MenuItem>
          ) : (
            <MenuItem id="lock" className="menu-item">
              <Text slot="label">{o('menu.lock')}</Text>
              <Keyboard>K</Keyboard>
            </MenuItem>
          )}
          <MenuItem id="switch" className="menu-item">
            <Text slot="label">{o('switch')}</Text>
            <Keyboard>U</Keyboard>
          </MenuItem>
          <MenuItem id="password" className="menu-item">
            {o('menu.password')}
          </MenuItem>
          <MenuItem id="leave" className="menu-item">
            {o('menu.leave')}
          </MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
