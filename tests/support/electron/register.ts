/** Loaded before the shell's bundle: `electron` is the stand-in in this process. */
import { registerHooks } from 'node:module';
import { openDoor } from './door.ts';

const standIn = new URL('./electron-module.ts', import.meta.url).href;

registerHooks({
  resolve: (name, context, next) =>
    name === 'electron' ? { url: standIn, shortCircuit: true } : next(name, context),
});
openDoor();
