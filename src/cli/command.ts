import { Command, type CommanderError, InvalidArgumentError } from 'commander';
import { exitCodes } from './exit.ts';
import { version } from './paths.ts';
import type { Words } from './words.ts';

export type Program = Command;

/** The program without its commands. A usage error ends with exit code 2, help with 0. */
export function createCommand(words: Words): Program {
  const { t } = words;
  const titles: Record<string, string> = {
    'Usage:': t('help.usage'),
    'Arguments:': t('help.arguments'),
    'Options:': t('help.options'),
    'Commands:': t('help.commands'),
  };
  // Commands made by `.command()` inherit these settings.
  return new Command('vonggac')
    .description(t('about'))
    .version(version, '-V, --version', t('help.version'))
    .helpOption('-h, --help', t('help.help'))
    .helpCommand('help [command]', t('help.help'))
    .configureHelp({
      styleTitle: (title) => titles[title] ?? title,
      // An empty list as a default tells nobody anything.
      optionDescription: (option) =>
        option.defaultValue === undefined ||
        Array.isArray(option.defaultValue) ||
        typeof option.defaultValue === 'boolean'
          ? option.description
          : `${option.description} (${t('help.default')}: ${option.defaultValue})`,
    })
    .configureOutput({ outputError: () => {} })
    .exitOverride((error: CommanderError) => {
      if (error.exitCode === 0) process.exit(exitCodes.ok);
      process.stderr.write(`${t('error')}: ${usageText(error, words)}\n${t('help.see')}\n`);
      process.exit(exitCodes.usage);
    });
}

/** Commander's own complaints, in our words; ours pass as they are. */
function usageText({ code, message }: CommanderError, { t }: Words): string {
  const what = /'([^']*)'/.exec(message)?.[1] ?? '';
  if (code === 'commander.unknownOption') return t('usage.unknownOption', { what });
  if (code === 'commander.unknownCommand') return t('usage.unknownCommand', { what });
  if (code === 'commander.missingArgument') return t('usage.missingArgument', { what });
  if (code === 'commander.optionMissingArgument') return t('usage.optionMissingArgument', { what });
  if (code === 'commander.excessArguments') return t('usage.excessArguments');
  if (code === 'commander.invalidArgument') {
    const own = /\. (.*)$/s.exec(message)?.[1];
    return own ?? t('usage.invalid', { what });
  }
  return message.replace(/^error: /, '');
}

/** A number within bounds, as an option's value; outside them it is a usage error. */
export function numberOption({ t }: Words, name: string, min: number, max: number) {
  return (text: string): number => {
    const value = Number(text);
    if (!Number.isFinite(value) || text.trim() === '' || value < min || value > max) {
      throw new InvalidArgumentError(t('usage.number', { name, min, max }));
    }
    return value;
  };
}

/** One of a few words, as an option's value. */
export function choiceOption<const T extends string>(choices: readonly T[], message: string) {
  return (text: string): T => {
    const found = choices.find((choice) => choice === text);
    if (found === undefined) throw new InvalidArgumentError(message);
    return found;
  };
}

/** `1920x1080` as an option's value. */
export function sizeOption({ t }: Words) {
  return (text: string): { width: number; height: number } => {
    const match = /^(\d{3,5})x(\d{3,5})$/.exec(text);
    if (!match) throw new InvalidArgumentError(t('usage.size'));
    return { width: Number(match[1]), height: Number(match[2]) };
  };
}

/** For options that may be given several times. */
export function collect(value: string, previous: readonly string[]): string[] {
  return [...previous, value];
}

/** Ends the command with a usage error in words. */
export function usageError(command: Command, message: string): never {
  return command.error(`error: ${message}`);
}
