/**
 * The errors of the product: what happened, to whom, what to do next.
 *
 * Recovery decides by `domain` and `retry`, never by the text of a message. `code` is stable and listed in
 * docs/reference/errors.md. Errors recognise each other across two loaded copies of this package by a global symbol.
 */

/** Who has to act: the author of the job, somebody outside (disk, network, cluster), or we. */
export type ErrorDomain = 'user' | 'external' | 'internal';

/** Whether running the same thing again can help. `never` suppresses restarts (Flink: NonRecoverable). */
export type RetryHint = 'restart' | 'never';

export interface FlinkErrorOptions {
  readonly domain?: ErrorDomain;
  readonly retry?: RetryHint;
  readonly cause?: unknown;
  /** What the reader should do next; printed on a line of its own. */
  readonly remedy?: string;
  /** Facts for programs: operator, task, record, file, key. Plain data only. */
  readonly details?: Readonly<Record<string, unknown>>;
}

const FLINK_ERROR = Symbol.for('flink-yarn.error');

export class FlinkError extends Error {
  readonly code: string;
  declare readonly domain: ErrorDomain;
  declare readonly retry: RetryHint;
  declare readonly remedy: string | undefined;
  declare readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, options: FlinkErrorOptions = {}) {
    super(message);
    this.code = code;
    const domain = options.domain ?? 'internal';
    // Not enumerable: what Node prints of an uncaught error is for people, these are for programs.
    const hidden: Record<string, unknown> = {
      domain,
      retry: options.retry ?? (domain === 'user' ? 'never' : 'restart'),
      remedy: options.remedy,
      details: options.details ?? {},
      name: 'FlinkError',
      ...(options.cause === undefined ? {} : { cause: options.cause }),
      [FLINK_ERROR]: true,
    };
    for (const key of Reflect.ownKeys(hidden)) {
      Object.defineProperty(this, key, { value: hidden[key as string], configurable: true, writable: true });
    }
  }
}

/** True for an error of this package, also when it was created by another loaded copy of it. */
export function isFlinkError(error: unknown): error is FlinkError {
  return typeof error === 'object' && error !== null && FLINK_ERROR in error;
}

/** An error as plain data, for messages between threads and processes. Mirrors: SerializedThrowable. */
export interface SerializedError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly code: string | undefined;
  readonly domain: ErrorDomain;
  readonly retry: RetryHint;
  readonly remedy: string | undefined;
  readonly details: Readonly<Record<string, unknown>>;
  readonly cause: SerializedError | undefined;
}

const MAX_CAUSE_DEPTH = 8;

export function serializeError(error: unknown, depth = 0): SerializedError {
  const known = isFlinkError(error) ? error : undefined;
  const plain = error instanceof Error || known !== undefined ? (error as Error) : new Error(String(error));
  const hasCause = plain.cause !== undefined && depth < MAX_CAUSE_DEPTH;
  return {
    name: plain.name,
    message: plain.message,
    stack: plain.stack,
    code: known?.code ?? codeOf(error),
    domain: known?.domain ?? 'user',
    retry: known?.retry ?? 'restart',
    remedy: known?.remedy,
    details: known?.details ?? {},
    cause: hasCause ? serializeError(plain.cause, depth + 1) : undefined,
  };
}

export function deserializeError(data: SerializedError): Error {
  const cause = data.cause === undefined ? undefined : deserializeError(data.cause);
  const error =
    data.name === 'FlinkError' && data.code !== undefined
      ? new FlinkError(data.code, data.message, {
          domain: data.domain,
          retry: data.retry,
          details: data.details,
          ...(data.remedy === undefined ? {} : { remedy: data.remedy }),
          ...(cause === undefined ? {} : { cause }),
        })
      : new Error(data.message, cause === undefined ? undefined : { cause });
  error.name = data.name;
  // Where this package noticed a user's mistake tells the user nothing; the stack of what the user's code threw does.
  if (isFlinkError(error) && error.domain === 'user') error.stack = `${error.name}: ${error.message}`;
  else if (data.stack !== undefined) error.stack = data.stack;
  return error;
}

function codeOf(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : undefined;
}
