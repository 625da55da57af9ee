import { Activity, useEffect, useRef } from 'react';
import { Button } from 'react-aria-components';
import { type ConnectPart, connectParts } from '../../stores/workplace/workplace-store.ts';
import { AuditScreen } from '../audit/audit-screen.tsx';
import { DiscoveryScreen } from '../discovery/discovery-screen.tsx';
import { EvidenceScreen } from '../evidence/evidence-screen.tsx';
import { HubsScreen } from '../hubs/hubs-screen.tsx';
import { Icon, type IconName } from '../icon.tsx';
import { ImportScreen } from '../imports/import-screen.tsx';
import { OperatorsScreen } from '../operators/operators-screen.tsx';
import { useProduct, useTexts, useWorkplace } from '../product.tsx';
import { RegisterScreen } from '../register/register-screen.tsx';
import { SettingsScreen } from '../settings/settings-screen.tsx';
import { SurveyScreen } from '../survey/survey-screen.tsx';
import { GoneLine, PlacedLine } from './manage-bar.tsx';

/** The rooms over the wall. A room that was left keeps its place, its scroll and what was typed. */
export function Workplace() {
  const c = useTexts('connect');
  const place = useWorkplace((model) => model.place);
  const lastRoom = useWorkplace((model) => model.lastRoom);
  const carrying = useWorkplace((model) => model.carrying);
  const room = place === 'wall' ? lastRoom : place;
  const element = useRef<HTMLDivElement>(null);
  // The keyboard goes with the eye; Activity runs this again each time the rooms open.
  useEffect(() => {
    const before = document.activeElement;
    element.current?.focus({ preventScroll: true });
    return () => {
      const tile = document.querySelector<HTMLElement>('[data-tile][data-selected]');
      (tile ?? (before instanceof HTMLElement ? before : null))?.focus({ preventScroll: true });
    };
  }, []);
  const shown = (name: typeof room) => (room === name ? 'visible' : 'hidden');
  return (
    <section
      ref={element}
      className="manage"
      data-carrying={carrying || undefined}
      aria-label={c(`rooms.${room}`)}
      tabIndex={-1}
    >
      <GoneLine />
      <PlacedLine />
      <Activity mode={shown('register')}>
        <RegisterScreen />
      </Activity>
      <Activity mode={shown('connect')}>
        <ConnectRoom />
      </Activity>
      <Activity mode={shown('survey')}>
        <SurveyScreen />
      </Activity>
      <Activity mode={shown('settings')}>
        <SettingsScreen />
      </Activity>
      <Activity mode={shown('audit')}>
        <AuditScreen />
      </Activity>
      <Activity mode={shown('evidence')}>
        <EvidenceScreen />
      </Activity>
      <Activity mode={shown('operators')}>
        <OperatorsScreen />
      </Activity>
    </section>
  );
}

const partIcons: Readonly<Record<ConnectPart, IconName>> = {
  hubs: 'hub',
  discovery: 'radar',
  imports: 'sheet',
};

/** Hubs, discovery and spreadsheets: the three ways by which cameras come in. */
function ConnectRoom() {
  const { commands } = useProduct();
  const c = useTexts('connect');
  const part = useWorkplace((model) => model.connectPart);
  return (
    <div className="room" data-side>
      <nav className="room-side" aria-label={c('parts.label')}>
        {connectParts.map((each) => (
          <Button
            key={each}
            className="room-part"
            aria-current={each === part ? 'page' : undefined}
            onPress={() => commands.openConnect(each)}
          >
            <Icon name={partIcons[each]} />
            <span>
              <span className="room-part-name">{c(`parts.${each}`)}</span>
              <span className="room-part-text">{c(`parts.${each}Text`)}</span>
            </span>
          </Button>
        ))}
      </nav>
      <div className="room-main">
        <Activity mode={part === 'hubs' ? 'visible' : 'hidden'}>
          <HubsScreen />
        </Activity>
        <Activity mode={part === 'discovery' ? 'visible' : 'hidden'}>
          <DiscoveryScreen />
        </Activity>
        <Activity mode={part === 'imports' ? 'visible' : 'hidden'}>
          <ImportScreen />
        </Activity>
      </div>
    </div>
  );
}
