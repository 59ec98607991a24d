/** The failure of a job that ended between the first and the last commit: it says what a reader of the output may see. */
import type { SerializedError } from '../../../core/errors.js';
import type { Execution } from '../execution-graph/execution.js';

export function commitIncomplete(executions: readonly Execution[], cause: SerializedError): SerializedError {
  const withOutput = executions.filter((execution) => execution.readyCommittables !== undefined);
  const visible = withOutput.filter(({ state }) => state === 'FINISHED').map(({ taskName }) => taskName);
  const uncertain = withOutput.filter(({ state }) => state !== 'FINISHED').map(({ taskName }) => taskName);
  return {
    name: 'FlinkError',
    message:
      `The output was committed only in part: visible is that of ${listOf(visible)}, ` +
      `possibly visible that of ${listOf(uncertain)}: ${cause.message}`,
    stack: undefined,
    code: 'COMMIT_INCOMPLETE',
    domain: cause.domain,
    retry: 'never',
    remedy: 'Remove the output of these tasks before running the job again, else its records appear twice.',
    details: { visible, possiblyVisible: uncertain },
    cause,
  };
}

function listOf(tasks: readonly string[]): string {
  return tasks.length === 0 ? 'no task' : tasks.join(', ');
}
