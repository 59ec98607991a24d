/**
 * How records that look alike are staged for a batch: which fields they have and what each holds. A layout is learned from
 * a record and shared by all channels of this thread. Kinds only widen.
 */
import { MAX_TUPLE_COLUMNS } from './column-kinds.js';
import { MAX_SHAPE_KEYS, ShapeTable, type WrittenShape } from './object-shape.js';

/** What every value of a field is; `general` takes anything that is plain data. */
export type FieldKind = 'number' | 'string' | 'boolean' | 'general';

/** A plain object with these keys in this order, an array of this length without holes, or the record itself as one field. */
export type RecordForm = 'object' | 'tuple' | 'value';

/** Longer strings are staged as general values: joined with others they would be moved about too often. */
export const MAX_JOINED_STRING = 1 << 16;

/** Where records of one layout wait for their batch. */
export interface StagedRows {
  readonly layout: RecordLayout;
  count: number;
  /** `numCells` numbers a row: the number itself, a boolean as 0 or 1, what `StagedStrings.add` answered for a string. */
  readonly cells: Float64Array;
  /** One for each field of strings. */
  readonly strings: readonly { add(text: string): number }[];
  /** One for each general field. */
  readonly generals: readonly unknown[][];
}

/**
 * Stages the record as the next row, for which there is room, or answers false and has changed nothing. Throws what a
 * getter of the record throws. hot path
 */
export type Append = (rows: StagedRows, record: unknown) => boolean;

export class RecordLayout {
  readonly form: RecordForm;
  /** Of an object; empty otherwise. */
  readonly keys: readonly string[];
  readonly kinds: readonly FieldKind[];
  /** Announces the keys in a batch; empty unless the form is an object's. */
  readonly shapeBytes: Uint8Array;
  /** Of each field, its number among the cells of a row, or, for general fields, among the general columns. */
  readonly places: readonly number[];
  /** Numbers in a row: one for each field that is not general. */
  readonly numCells: number;
  /** Records staged by the interpreter so far, in all channels. */
  uses = 0;
  /** Generated when the layout has proved to be worth it. */
  compiled: Append | undefined;

  constructor(form: RecordForm, keys: readonly string[], kinds: readonly FieldKind[], shapeBytes: Uint8Array) {
    this.form = form;
    this.keys = keys;
    this.kinds = kinds;
    this.shapeBytes = shapeBytes;
    let cells = 0;
    let generals = 0;
    this.places = kinds.map((kind) => (kind === 'general' ? generals++ : cells++));
    this.numCells = cells;
  }

  /** Whether they differ at most in what the fields hold, and may be one. */
  hasFieldsOf(other: RecordLayout): boolean {
    return (
      this.form === other.form &&
      this.form !== 'value' &&
      this.kinds.length === other.kinds.length &&
      this.keys.every((key, i) => key === other.keys[i])
    );
  }

  /** The layout of records of both; both have the same fields. undefined when it is the general one. */
  widenedBy(other: RecordLayout): RecordLayout | undefined {
    const kinds = this.kinds.map((kind, i) => (kind === other.kinds[i] ? kind : 'general'));
    return findLayout(this.form, this.keys, kinds);
  }
}

/** Of any value, also of those that are refused when they are written. */
export const GENERAL_LAYOUT = new RecordLayout('value', [], ['general'], new Uint8Array(0));

const shapes = new ShapeTable();
/** By kinds: those of objects for each shape, which is forgotten when no record has had it for long; those of tuples. */
const objects = new WeakMap<WrittenShape, Map<string, RecordLayout>>();
const tuples = new Map<string, RecordLayout>();

/** The narrowest layout of the record; undefined when it has none but the general one. */
export function layoutOf(record: unknown): RecordLayout | undefined {
  if (typeof record !== 'object' || record === null) return valueLayouts[kindOf(record)];
  if (Array.isArray(record)) return tupleLayoutOf(record);
  if (Object.getPrototypeOf(record) !== Object.prototype) return undefined;
  const keys = Object.keys(record);
  if (keys.length === 0 || keys.length > MAX_SHAPE_KEYS || keys.includes('__proto__')) return undefined;
  return findLayout(
    'object',
    keys,
    keys.map((key) => kindOf((record as Readonly<Record<string, unknown>>)[key])),
  );
}

function tupleLayoutOf(record: readonly unknown[]): RecordLayout | undefined {
  const isPlain = Object.getPrototypeOf(record) === Array.prototype;
  if (!isPlain || record.length === 0 || record.length > MAX_TUPLE_COLUMNS) return undefined;
  for (let i = 0; i < record.length; i++) if (!(i in record)) return undefined;
  return findLayout('tuple', [], record.map(kindOf));
}

function findLayout(form: RecordForm, keys: readonly string[], kinds: readonly FieldKind[]): RecordLayout | undefined {
  if (form === 'value') return valueLayouts[kinds[0] ?? 'general'];
  const shape = form === 'object' ? shapes.shapeOf(keys) : undefined;
  const known = shape === undefined ? tuples : layoutsOf(shape);
  const name = kinds.map((kind) => kind[0]).join('');
  let layout = known.get(name);
  if (layout === undefined) {
    layout = new RecordLayout(form, shape?.keys ?? [], kinds, shape?.bytes ?? new Uint8Array(0));
    known.set(name, layout);
  }
  return layout;
}

function layoutsOf(shape: WrittenShape): Map<string, RecordLayout> {
  let layouts = objects.get(shape);
  if (layouts === undefined) {
    layouts = new Map();
    objects.set(shape, layouts);
  }
  return layouts;
}

const valueLayouts: Readonly<Record<FieldKind, RecordLayout | undefined>> = {
  number: new RecordLayout('value', [], ['number'], new Uint8Array(0)),
  string: new RecordLayout('value', [], ['string'], new Uint8Array(0)),
  boolean: new RecordLayout('value', [], ['boolean'], new Uint8Array(0)),
  general: undefined,
};

function kindOf(value: unknown): FieldKind {
  switch (typeof value) {
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'string':
      return value.length > MAX_JOINED_STRING ? 'general' : 'string';
    default:
      return 'general';
  }
}
