#!/usr/bin/env node
/** The command `vonggac` of a checkout: sets up what is missing, then runs the command line on Node 24. */
import { ensureBundles, ensureDependencies, runCommandLine } from './setup.mjs';

ensureDependencies();
ensureBundles();
runCommandLine(process.argv.slice(2));
