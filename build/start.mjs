/** `npm start`: set up what is missing, then open the wall. Arguments go to `vonggac start`. */
import { startPackages } from './debian-packages.mjs';
import {
  ensureBundles,
  ensureDebianPackages,
  ensureDependencies,
  runCommandLine,
} from './setup.mjs';

ensureDependencies();
ensureDebianPackages(startPackages, { required: false });
ensureBundles();
runCommandLine(['start', ...process.argv.slice(2)]);
