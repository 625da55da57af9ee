import { auditCommand } from './audit-command.ts';
import { captureCommands } from './capture-commands.ts';
import { createCommand, type Program } from './command.ts';
import { demoSiteCommand } from './demo-site-command.ts';
import { discoverCommand } from './discover-command.ts';
import { exitCodes } from './exit.ts';
import { exportCommand } from './export-command.ts';
import { hubCommand } from './hub-command.ts';
import { importCommand } from './import-command.ts';
import { operatorsCommand } from './operators-command.ts';
import { packageCommand } from './package-command.ts';
import { probeCommand } from './probe-command.ts';
import { ptzCommand } from './ptz-command.ts';
import { publicKeyCommand } from './public-key-command.ts';
import { reportError } from './report-error.ts';
import { startCommand } from './start-command.ts';
import { surveyCommand } from './survey-command.ts';
import { verifyCommand } from './verify-command.ts';
import { wallCommand } from './wall-command.ts';
import { chooseLanguage, createWords } from './words.ts';

/** The command `vonggac`: a table of contents. Every command is documented in docs/cli.md. */
const words = await createWords(chooseLanguage(process.argv.slice(2), process.env));
const program: Program = createCommand(words);
startCommand(program, words);
probeCommand(program, words);
wallCommand(program, words);
surveyCommand(program, words);
ptzCommand(program, words);
demoSiteCommand(program, words);
importCommand(program, words);
exportCommand(program, words);
discoverCommand(program, words);
auditCommand(program, words);
hubCommand(program, words);
operatorsCommand(program, words);
captureCommands(program, words);
packageCommand(program, words);
verifyCommand(program, words);
publicKeyCommand(program, words);

// `vonggac probe … | head` closes our output early: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCodes.ok);
  throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = reportError(error, words);
}
// Whatever still holds the loop open (a slow TEARDOWN, say) does not keep the terminal.
setTimeout(() => process.exit(process.exitCode ?? exitCodes.ok), 3000).unref();
