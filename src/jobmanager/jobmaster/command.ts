/**
 * Commands to TaskExecutors that must get through: a call without an answer is repeated while the TaskManager is
 * registered. Every command is idempotent at the receiver.
 */
import { FlinkError, isFlinkError } from '../../core/errors.js';
import type { ResourceId } from '../../core/ids.js';
import type { TaskExecutorGateway } from '../../protocol/gateways.js';
import type { JobContext } from './job-context.js';

export interface Command {
  readonly taskManager: ResourceId;
  call(gateway: TaskExecutorGateway): Promise<unknown>;
  /** True when the command has become pointless: it is not repeated, and its outcome not reported. */
  isObsolete(): boolean;
  onAcknowledged(): void;
  /** Refused by the TaskExecutor, or nobody is there. */
  onRefused(error: unknown): void;
}

/** Ends with exactly one of the two handlers, unless it becomes obsolete or the JobMaster stops. */
export function deliver(context: JobContext, command: Command): void {
  const { mainThread, taskManagers } = context;
  const { taskManager } = command;
  const onSettled = (report: () => void): void => {
    if (!command.isObsolete()) report();
  };
  const gateway = taskManagers.gatewayOf(taskManager);
  if (gateway === undefined) {
    mainThread.execute(() => onSettled(() => command.onRefused(taskManagerGone(taskManager))));
    return;
  }
  mainThread.handle(
    command.call(gateway),
    () => onSettled(() => command.onAcknowledged()),
    (error) => {
      taskManagers.onCallFailed(taskManager, error);
      onSettled(() => (isUnanswered(error) ? deliver(context, command) : command.onRefused(error)));
    },
  );
}

/** Repeats the command, also when it was acknowledged, until its effect made it obsolete or it is refused. */
export function deliverUntilObsolete(context: JobContext, command: Omit<Command, 'onAcknowledged'>): void {
  const send = (): void => {
    if (command.isObsolete()) return;
    deliver(context, {
      taskManager: command.taskManager,
      call: (gateway) => command.call(gateway),
      isObsolete: () => command.isObsolete(),
      onAcknowledged: () => void context.mainThread.schedule(context.timeouts.repeatMs, send),
      onRefused: (error) => command.onRefused(error),
    });
  };
  send();
}

export function isUnanswered(error: unknown): boolean {
  return isFlinkError(error) && error.code === 'TIMEOUT';
}

export function taskManagerGone(taskManager: ResourceId): FlinkError {
  return new FlinkError('RECIPIENT_UNREACHABLE', `TaskManager ${taskManager} is gone`, { domain: 'external' });
}
