/** The two commands to a running task whose effect comes back as a state report. Repeated until it does. */
import { checkNotNull } from '../../../core/assert.js';
import type { TaskExecutorGateway } from '../../../protocol/gateways.js';
import { deliverUntilObsolete } from '../command.js';
import type { Execution } from '../execution-graph/execution.js';
import type { JobContext } from '../job-context.js';

/** Makes the task end. `onUnknown`: its TaskManager does not have it or is gone, so there is nothing left to end. */
export function cancelExecution(context: JobContext, execution: Execution, onUnknown: () => void): void {
  command(context, execution, (gateway) => gateway.cancelTask(execution.attemptId), onUnknown);
}

/** Makes the output of the task visible. `onRefused`: nobody can say whether it did. */
export function commitExecution(context: JobContext, execution: Execution, onRefused: (error: unknown) => void): void {
  command(context, execution, (gateway) => gateway.commitTask(execution.attemptId), onRefused);
}

function command(
  context: JobContext,
  execution: Execution,
  call: (gateway: TaskExecutorGateway) => Promise<unknown>,
  onRefused: (error: unknown) => void,
): void {
  const { state } = execution;
  const { taskManager } = checkNotNull(execution.slot, `The slot of ${execution.taskName}`);
  // The command belongs to the state in which it was given: a commit ends when the task is cancelled instead.
  deliverUntilObsolete(context, { taskManager, call, isObsolete: () => execution.state !== state, onRefused });
}
