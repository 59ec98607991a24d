/** `flink run -t local job.ts [arguments]`: bundles the program, runs its main() here and its job on an embedded cluster. */
import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import type { Configuration } from '../../config/configuration.js';
import { loadConfiguration } from '../../config/load-configuration.js';
import { CoreOptions } from '../../config/options.js';
import { systemEnvironment } from '../../core/environment.js';
import { FlinkError } from '../../core/errors.js';
import { createLogger } from '../../core/logger.js';
import { LocalExecutor } from '../../deployment/local/local-executor.js';
import { runProgram } from '../../deployment/local/run-program.js';
import type { CommandLine } from '../job-arguments.js';

interface RunOptions {
  readonly program: string;
  readonly parallelism: number | undefined;
  readonly target: string;
}

const TARGETS = ['local'] as const;
const LATER_TARGETS = ['remote', 'yarn-session', 'yarn-application', 'kubernetes-session', 'kubernetes-application'];

export function runCommand(commandLine: CommandLine): CommandModule<object, RunOptions> {
  return {
    command: 'run <program>',
    describe: 'Runs a program',
    builder: (yargs) =>
      yargs
        .positional('program', {
          type: 'string',
          demandOption: true,
          describe: 'Entry of the program: a .ts, .js or .mjs file',
        })
        .option('parallelism', { alias: 'p', type: 'number', describe: 'Parallelism of the job' })
        .option('target', {
          alias: 't',
          type: 'string',
          default: 'local',
          describe: `Where to run it: ${TARGETS.join(', ')}`,
        })
        .example('$0 run -t local -p 4 job.ts --input data.csv', 'Runs job.ts in this process on an embedded cluster')
        .epilogue('-Dkey=value sets an option; what follows the program is passed to it.'),
    handler: (options) => runLocally(options, commandLine),
  };
}

async function runLocally(options: RunOptions, commandLine: CommandLine): Promise<void> {
  checkTarget(options.target);
  const entry = await findProgram(options.program);
  const parallelism =
    options.parallelism === undefined ? {} : { [CoreOptions.defaultParallelism.key]: String(options.parallelism) };
  const configuration = readConfiguration(commandLine).with(parallelism);
  configuration.get(CoreOptions.defaultParallelism);
  await runProgram({
    entry,
    args: commandLine.job,
    configuration,
    environment: systemEnvironment(),
    executor: (program) => new LocalExecutor({ program }),
  });
}

/** config.yaml of FLINK_CONF_DIR, and `-D` over it; what is doubtful there is said on standard error. */
function readConfiguration({ properties }: CommandLine): Configuration {
  const log = createLogger((level, message) => process.stderr.write(`${level.toUpperCase()} ${message}\n`), 'warn');
  const dynamicProperties = Object.entries(properties).map(([key, value]) => `${key}=${value}`);
  return loadConfiguration({ variables: process.env, dynamicProperties, log });
}

function checkTarget(target: string): void {
  if ((TARGETS as readonly string[]).includes(target)) return;
  const known = LATER_TARGETS.includes(target) ? 'not supported by this version' : 'not a target';
  throw new FlinkError('TARGET_NOT_SUPPORTED', `-t ${target}: ${known}`, {
    domain: 'user',
    remedy: `Valid targets: ${TARGETS.join(', ')}.`,
  });
}

async function findProgram(path: string): Promise<string> {
  const entry = resolve(path);
  try {
    await access(entry);
    return entry;
  } catch (cause) {
    throw new FlinkError('PROGRAM_NOT_FOUND', `the program ${entry} does not exist or cannot be read`, {
      domain: 'user',
      cause,
      remedy: 'Name the entry file of your program, for example: flink run -t local job.ts',
    });
  }
}
