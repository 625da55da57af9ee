import { Command, type CommanderError, InvalidArgumentError } from 'commander';
import { exitCodes } from './exit.ts';
import { version } from './paths.ts';
import type { Words } from './words.ts';

export type Program = Command;

/** The program without its commands. A usage error ends with exit code 2, help with 0. */
export function createCommand({ t }: Words): Program {
  const program = new Command('vonggac')
    .description(t('about'))
    .version(version)
    .showHelpAfterError()
    .exitOverride((error: CommanderError) => {
      process.exit(error.exitCode === 0 ? exitCodes.ok : exitCodes.usage);
    });
  // Commands made by `.command()` inherit these settings; that is how options reach both ends.
  return program;
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
