/** config.yaml and -D: what is read, what wins, what is refused and how it is said. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { loadConfiguration } from '../../../src/config/load-configuration.js';
import { CoreOptions, TaskManagerOptions } from '../../../src/config/options.js';
import { type FlinkError, isFlinkError } from '../../../src/core/errors.js';
import { createLogger, type Logger } from '../../../src/core/logger.js';
import { useTemporaryFolder } from '../../helpers/temporary-folder.js';

function refusal(action: () => unknown): FlinkError {
  try {
    action();
  } catch (error) {
    if (isFlinkError(error)) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

function collectingLogger(): { readonly log: Logger; readonly lines: string[] } {
  const lines: string[] = [];
  return { lines, log: createLogger((level, message) => lines.push(`${level} ${message}`), 'debug') };
}

describe('loadConfiguration', () => {
  const folder = useTemporaryFolder();

  function load(yaml: string, dynamicProperties: readonly string[] = [], log?: Logger) {
    writeFileSync(join(folder(), 'config.yaml'), yaml);
    return loadConfiguration({ confDir: folder(), dynamicProperties, ...(log === undefined ? {} : { log }) });
  }

  it('gives the defaults when there is no folder', () => {
    const configuration = loadConfiguration({ variables: {} });
    expect(configuration.keys()).to.deep.equal([]);
    expect(configuration.get(CoreOptions.defaultParallelism)).to.equal(1);
  });

  it('reads nested and dotted keys as the same keys', () => {
    const nested = load('taskmanager:\n  numberOfTaskSlots: 4\n  memory:\n    segment-size: 64kb\n');
    const dotted = load('taskmanager.numberOfTaskSlots: 4\ntaskmanager.memory.segment-size: 64kb\n');
    const mixed = load('taskmanager:\n  numberOfTaskSlots: 4\n  memory.segment-size: 64kb\n');
    expect(nested.toObject()).to.deep.equal({
      'taskmanager.numberOfTaskSlots': '4',
      'taskmanager.memory.segment-size': '64kb',
    });
    expect(dotted.toObject()).to.deep.equal(nested.toObject());
    expect(mixed.toObject()).to.deep.equal(nested.toObject());
    expect(nested.get(TaskManagerOptions.segmentSize)).to.equal(65_536);
  });

  it('keeps values as they were written', () => {
    const configuration = load('a: 0x10\nb: 1.0\nc: yes\nd: "quoted"\ne: ""\nf: [x, y]\n');
    expect(configuration.toObject()).to.deep.equal({ a: '0x10', b: '1.0', c: 'yes', d: 'quoted', e: '', f: 'x;y' });
  });

  it('leaves the default in place for a key without a value, and reads an empty file', () => {
    expect(load('parallelism.default:\n').has(CoreOptions.defaultParallelism)).to.equal(false);
    expect(load('').keys()).to.deep.equal([]);
    expect(load('# only a comment\n').keys()).to.deep.equal([]);
  });

  it('finds the folder by FLINK_CONF_DIR', () => {
    writeFileSync(join(folder(), 'config.yaml'), 'parallelism.default: 3\n');
    const configuration = loadConfiguration({ variables: { FLINK_CONF_DIR: folder() } });
    expect(configuration.get(CoreOptions.defaultParallelism)).to.equal(3);
  });

  it('lets -D win over the file, and the last -D over earlier ones', () => {
    const configuration = load('parallelism.default: 3\n', ['parallelism.default=5', 'parallelism.default=7', 'x=a=b']);
    expect(configuration.get(CoreOptions.defaultParallelism)).to.equal(7);
    expect(configuration.getText('x')).to.equal('a=b');
  });

  it('reads -Dkey alone as true', () => {
    expect(load('', ['pipeline.object-reuse']).get(CoreOptions.objectReuse)).to.equal(true);
  });

  it('refuses a wrong value with file, line and key', () => {
    const error = refusal(() => load('# two lines above\n\ntaskmanager:\n  numberOfTaskSlots: many\n'));
    expect(error.code).to.equal('CONFIG_INVALID_VALUE');
    expect(error.message).to.include(`${join(folder(), 'config.yaml')}, line 4: taskmanager.numberOfTaskSlots: 'many'`);
    expect(error.remedy).to.include('an integer of at least 1');
    expect(error.details).to.include({ line: 4, key: 'taskmanager.numberOfTaskSlots' });
  });

  it('refuses a wrong -D value by its name', () => {
    const error = refusal(() => load('', ['heartbeat.interval=soon']));
    expect(error.code).to.equal('CONFIG_INVALID_VALUE');
    expect(error.message).to.match(/^-Dheartbeat\.interval: heartbeat\.interval: 'soon'/);
  });

  it('refuses the same key twice, also once nested and once dotted', () => {
    const twice = refusal(() => load('parallelism.default: 1\nparallelism.default: 2\n'));
    expect(twice.code).to.equal('CONFIG_DUPLICATE_KEY');
    expect(twice.message).to.include('line 2: parallelism.default is set already in line 1');
    const mixed = refusal(() => load('parallelism:\n  default: 1\nparallelism.default: 2\n'));
    expect(mixed.message).to.include('line 3: parallelism.default is set already in line 2');
  });

  it('refuses what is not YAML, or not keys and values, with the line', () => {
    const broken = refusal(() => load('parallelism.default: 1\nbroken: [1, 2\n'));
    expect(broken.code).to.equal('CONFIG_FILE_INVALID');
    expect(broken.message).to.match(/config\.yaml, line \d+: /);
    expect(refusal(() => load('- a\n- b\n')).message).to.include('not a list of keys and values');
    expect(refusal(() => load('a: &x 1\nb: *x\n')).message).to.include('line 2: b: anchors and aliases');
  });

  it('refuses an unreadable file and says where it looked', () => {
    const error = refusal(() => loadConfiguration({ confDir: join(folder(), 'nowhere') }));
    expect(error.code).to.equal('CONFIG_FILE_UNREADABLE');
    expect(error.message).to.include(join(folder(), 'nowhere', 'config.yaml'));
    expect(error.remedy).to.include('FLINK_CONF_DIR');
  });

  it('refuses -D without a key', () => {
    expect(refusal(() => load('', ['=1'])).code).to.equal('CONFIG_INVALID_PROPERTY');
  });

  it('refuses keys whose loss would break a promise', () => {
    const error = refusal(() => load('high-availability:\n  type: zookeeper\n'));
    expect(error.code).to.equal('CONFIG_UNSUPPORTED_KEY');
    expect(error.message).to.include('line 2: high-availability.type asks for high availability');
    const unaligned = 'pipeline.watermark-alignment.allow-unaligned-source-splits';
    expect(refusal(() => load('', [`${unaligned}=true`])).message)
      .to.include(unaligned)
      .and.to.include('splits');
  });

  it('keeps an unknown key and names the nearest known one', () => {
    const { log, lines } = collectingLogger();
    const configuration = load('taskmanager.numberOfTaskSlot: 2\nmy.own.key: 1\n', [], log);
    expect(configuration.getText('taskmanager.numberOfTaskSlot')).to.equal('2');
    expect(configuration.getText('my.own.key')).to.equal('1');
    expect(lines).to.have.length(2);
    expect(lines[0]).to.match(/^warn .*line 1: .*did you mean taskmanager\.numberOfTaskSlots\?$/);
    expect(lines[1]).to.match(/^warn .*line 2: unknown key my\.own\.key$/);
  });
});
