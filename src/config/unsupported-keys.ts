/**
 * Keys of Apache Flink that would change what a job guarantees if they were silently ignored: setting one is an error.
 * An entry leaves this list when the feature arrives. All other keys that are not options here are kept and warned about.
 */

interface UnsupportedFamily {
  /** A whole key, or the beginning of keys when it ends with a dot. */
  readonly prefix: string;
  readonly feature: string;
}

const FAMILIES: readonly UnsupportedFamily[] = [
  { prefix: 'execution.checkpointing.', feature: 'checkpointing' },
  { prefix: 'execution.state-recovery.', feature: 'starting from a savepoint' },
  { prefix: 'execution.savepoint.', feature: 'starting from a savepoint' },
  { prefix: 'state.', feature: 'a choice of state backend' },
  { prefix: 'high-availability.', feature: 'high availability' },
  { prefix: 'high-availability', feature: 'high availability' },
  {
    prefix: 'pipeline.watermark-alignment.allow-unaligned-source-splits',
    feature: 'watermark alignment of the splits of a source',
  },
  { prefix: 'security.ssl.', feature: 'TLS' },
  { prefix: 'security.kerberos.', feature: 'Kerberos' },
  { prefix: 'security.delegation.', feature: 'delegation tokens' },
];

/** What the key would switch on, when that is not supported; undefined for every other key. */
export function unsupportedFeature(key: string): string | undefined {
  return FAMILIES.find(({ prefix }) => (prefix.endsWith('.') ? key.startsWith(prefix) : key === prefix))?.feature;
}
