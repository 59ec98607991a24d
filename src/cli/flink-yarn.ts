#!/usr/bin/env node
/** The `flink-yarn` command. Deployment on YARN is not part of this version: every action is refused by name. */
import { hideBin } from 'yargs/helpers';
import { FlinkError } from '../core/errors.js';
import { packageVersion } from './package-version.js';
import { printError } from './print-error.js';

const ACTIONS = ['session', 'run', 'list', 'kill', 'logs', 'check', 'gc'];

const [action] = hideBin(process.argv);
if (action === '--version') {
  process.stdout.write(`Version: ${packageVersion()}\n`);
} else {
  const what = action === undefined ? 'flink-yarn' : `flink-yarn ${action}`;
  const known = action === undefined || ACTIONS.includes(action);
  printError(
    new FlinkError(
      'ACTION_NOT_SUPPORTED',
      known ? `${what}: this version does not run on YARN yet` : `${what}: there is no such action`,
      {
        domain: 'user',
        remedy: "Run the job on this machine with 'flink run -t local job.ts'; docs/ROADMAP.md tells what is to come.",
      },
    ),
  );
  process.exitCode = 1;
}
