import './main.css';
import { createRoot } from 'react-dom/client';
import { App } from './screens/app.tsx';
import { createCommands } from './screens/commands.ts';
import { createCamerasStore } from './stores/cameras-store.ts';
import { askingCore } from './stores/operators/asking-core.ts';
import { createOperatorsStore, watchPresence } from './stores/operators/operators-store.ts';
import { createSessionStore } from './stores/session-store.ts';
import { syncSession } from './stores/session-sync.ts';
import { createStatsStore } from './stores/stats-store.ts';
import { createWallStore } from './stores/wall-store.ts';
import { createManageStores } from './stores/workplace/manage-stores.ts';
import { createWallEngine } from './wall/engine.ts';
import { connectCore } from './wire/connect.ts';

/** Composes the page: one core, one engine, the stores, and React as their last subscriber. */
const screen = Math.max(0, Number(new URLSearchParams(location.search).get('screen')) || 0);
const line = connectCore();
const operators = createOperatorsStore(line);
const core = askingCore(line, operators);
const engine = createWallEngine({ core, worker: 'decode-worker.js' });
const stores = {
  wall: createWallStore(screen),
  cameras: createCamerasStore(),
  session: createSessionStore('vi'),
  stats: createStatsStore(),
};
const manage = createManageStores(core, operators);
const stop = syncSession(core, stores, screen);
const commands = createCommands(core, engine, stores, manage.workplace, manage.ptz, manage);

watchPresence(line, operators);

const log = (message: string) =>
  void core.call('page.log', { level: 'error', message: message.slice(0, 2000) }).catch(() => {});
window.addEventListener('error', (event) => log(`page: ${event.message}`));
window.addEventListener('unhandledrejection', (event) => log(`page: ${String(event.reason)}`));
document.addEventListener('securitypolicyviolation', (event) =>
  log(`page: policy ${event.violatedDirective} blocked ${event.blockedURI}`),
);
// What was arranged in the last half second is saved before the page goes.
window.addEventListener('pagehide', stop, { once: true });

const place = document.getElementById('app');
if (!place) throw new Error('no #app in index.html');
createRoot(place).render(<App product={{ core, engine, commands, ...stores, ...manage }} />);
