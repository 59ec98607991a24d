/** What a slot's worker thread starts from: this package's API, the bind run and the slot's loop, put together. */
import * as api from '../../index.js';
import { FlinkError } from '../../core/errors.js';
import { publishApi } from '../../program/api-namespace.js';
import { bindRun } from '../../program/bind-run.js';
import { runSlotThread } from '../../taskmanager/slot/slot-thread.js';
import { dumpGeneratedCode } from './dump-generated-code.js';

publishApi(api);
// A user's `.ts` line in every stack.
process.setSourceMapsEnabled(true);
dumpGeneratedCode(process.env);

await runSlotThread((message, { clock }) => {
  if (message.program.kind !== 'bundle')
    throw new FlinkError('PROGRAM_NOT_FOUND', 'a program of this process cannot run in a thread of its own');
  return bindRun(message.program, message.jobGraph.planHash, clock);
});
