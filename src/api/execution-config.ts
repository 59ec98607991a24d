/** Settings of a program that its functions and operators see. Mirrors: ExecutionConfig. */
import { formatMap } from '../config/config-option.js';
import type { Configuration } from '../config/configuration.js';
import { CoreOptions } from '../config/options.js';
import { type Duration, toMillis } from './duration.js';

/** Where the settings live: the environment. */
export interface ConfigurationHolder {
  configuration: Configuration;
}

export class ExecutionConfig {
  private readonly holder: ConfigurationHolder;

  constructor(holder: ConfigurationHolder) {
    this.holder = holder;
  }

  /** Parameters that every rich function reads from `context.globalJobParameters`; shown in the UI, so no secrets. */
  setGlobalJobParameters(parameters: Readonly<Record<string, string>>): this {
    return this.set(CoreOptions.globalJobParameters.key, formatMap(parameters));
  }

  getGlobalJobParameters(): Readonly<Record<string, string>> {
    return this.holder.configuration.get(CoreOptions.globalJobParameters);
  }

  /** How often watermark generators are asked for a watermark. Default 200 ms; 0 asks after every record. */
  setAutoWatermarkInterval(interval: Duration): this {
    return this.set(CoreOptions.autoWatermarkInterval.key, `${toMillis(interval, 'auto-watermark interval')} ms`);
  }

  /** Milliseconds. */
  getAutoWatermarkInterval(): number {
    return this.holder.configuration.get(CoreOptions.autoWatermarkInterval);
  }

  /** Hands records to chained operators by reference, as is the default: they must not be changed once emitted. */
  enableObjectReuse(): this {
    return this.set(CoreOptions.objectReuse.key, 'true');
  }

  isObjectReuseEnabled(): boolean {
    return this.holder.configuration.get(CoreOptions.objectReuse);
  }

  private set(key: string, text: string): this {
    this.holder.configuration = this.holder.configuration.with({ [key]: text });
    return this;
  }
}
