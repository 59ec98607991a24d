/** Logging port. INFO tells the story of a job in a few lines; fixed text first, facts as fields. */

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, unknown>>;

export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger that adds `fields` (component, jobId, …) to every line. */
  child(fields: LogFields): Logger;
}

/** Receives finished log events: a console, a file, a test. */
export type LogSink = (level: LogLevel, message: string, fields: LogFields) => void;

const RANK: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

export function createLogger(sink: LogSink, threshold: LogLevel, fields: LogFields = {}): Logger {
  const log = (level: LogLevel, message: string, extra?: LogFields): void => {
    if (RANK[level] >= RANK[threshold]) sink(level, message, extra === undefined ? fields : { ...fields, ...extra });
  };
  return {
    debug: (message, extra) => log('debug', message, extra),
    info: (message, extra) => log('info', message, extra),
    warn: (message, extra) => log('warn', message, extra),
    error: (message, extra) => log('error', message, extra),
    child: (extra) => createLogger(sink, threshold, { ...fields, ...extra }),
  };
}

export const silentLogger: Logger = createLogger(() => undefined, 'error');
