#!/usr/bin/env node
/** The `flink` command: parses, hands over to the action, and sets the exit code: 0, or 1 when anything went wrong. */
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { FlinkError } from '../core/errors.js';
import { runCommand } from './commands/run.js';
import { splitCommandLine } from './job-arguments.js';
import { printError } from './print-error.js';
import { packageVersion } from './package-version.js';

const EXIT_FAILURE = 1;

try {
  const commandLine = splitCommandLine(hideBin(process.argv));
  await yargs([...commandLine.own])
    .scriptName('flink')
    .usage('$0 <action> [options]')
    .command(runCommand(commandLine))
    .demandCommand(1, "Name an action; 'flink --help' lists them.")
    .strict()
    .version(`Version: ${packageVersion()}`)
    .alias('help', 'h')
    .wrap(100)
    .exitProcess(false)
    .fail((message, error) => {
      throw (
        error ??
        new FlinkError('USAGE', message, { domain: 'user', remedy: "'flink --help' lists actions and options." })
      );
    })
    .parseAsync();
} catch (error) {
  printError(error);
  process.exitCode = EXIT_FAILURE;
}
