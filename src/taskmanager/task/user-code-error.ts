/** Says which operator and which record a user function failed on. The function's own stack stays as the cause. */
import { FlinkError, isFlinkError } from '../../core/errors.js';
import { userFunctionFailed } from '../../operators/user-function.js';
import { renderValue } from '../../serialization/render-value.js';

const FROZEN = /read only|not extensible|Cannot (assign|add|delete|define)|object is not extensible/;

/** Wraps what a user function threw; errors that already name their operator pass through. */
export function userCodeError(error: unknown, operator: string, record: unknown, checksRecords: boolean): FlinkError {
  if (isFlinkError(error)) return error;
  const details = { operator, record: renderValue(record) };
  if (checksRecords && error instanceof TypeError && FROZEN.test(error.message)) {
    return new FlinkError(
      'RECORD_MUTATED',
      `operator '${operator}' changed a record that was already emitted: ${details.record}`,
      {
        domain: 'user',
        cause: error,
        details,
        remedy: 'Emit a new object instead, for example ({ ...record, field: value }).',
      },
    );
  }
  return userFunctionFailed(error, operator, record);
}

/** A function returned nothing where a value is needed. */
export function undefinedResult(operator: string, record: unknown): FlinkError {
  return new FlinkError(
    'UNDEFINED_RESULT',
    `operator '${operator}' returned undefined for record ${renderValue(record)}`,
    {
      domain: 'user',
      remedy: 'Return a value from the function; to drop records use filter or flatMap.',
      details: { operator, record: renderValue(record) },
    },
  );
}

/** A function returned a promise outside the asynchronous operators. */
export function asyncResult(operator: string, record: unknown): FlinkError {
  return new FlinkError('ASYNC_RESULT', `operator '${operator}' returned a promise for record ${renderValue(record)}`, {
    domain: 'user',
    remedy: 'Functions run synchronously. Do asynchronous work with AsyncDataStream, in a source or in a sink.',
    details: { operator, record: renderValue(record) },
  });
}

/** The codec refused a record that the operator emitted to another slot; other errors are passed through. */
export function unsendableRecord(error: unknown, operator: string): unknown {
  if (!isFlinkError(error)) return error;
  const { message, domain, remedy, details } = error;
  const text = `operator '${operator}' emitted a record that cannot leave its slot: ${message}`;
  return new FlinkError(error.code, text, {
    domain,
    cause: error,
    details: { ...details, operator },
    ...(remedy === undefined ? {} : { remedy }),
  });
}
