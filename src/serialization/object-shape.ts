/**
 * The keys of objects, written where they come first and known by number or by their bytes afterwards.
 *
 *   int32 byte length of what follows | varint number of keys | (varint length << 1 | isUtf16, characters) each
 */
import { type ByteReader, corrupt } from './byte-reader.js';
import { ByteWriter, isLatin1 } from './byte-writer.js';

/** Objects with more keys than this have no shape: their keys are written with each of them. */
export const MAX_SHAPE_KEYS = 128;
/** Objects used as dictionaries have endless shapes: both sides forget what they know beyond these bounds. */
const MAX_NODES = 8192;
const MAX_SHAPES_READ = 1024;

/** Keys as the writing side knows them. */
export interface WrittenShape {
  readonly keys: readonly string[];
  readonly bytes: Uint8Array;
  /** Stream in which it was announced last, and its number there. */
  stream: number;
  number: number;
}

/** A prefix of known lists of keys. */
interface ShapeNode {
  readonly next: Map<string, ShapeNode>;
  shape: WrittenShape | undefined;
}

/** All shapes that this thread wrote lately, found by their keys. */
export class ShapeTable {
  private root: ShapeNode = { next: new Map(), shape: undefined };
  private nodes = 0;

  /** The shape of these keys, at most MAX_SHAPE_KEYS. */
  shapeOf(keys: readonly string[]): WrittenShape {
    if (this.nodes > MAX_NODES) this.clear();
    let node = this.root;
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as string;
      node = node.next.get(key) ?? this.addNode(node, key);
    }
    node.shape ??= { keys, bytes: shapeBytes(keys), stream: -1, number: -1 };
    return node.shape;
  }

  private addNode(parent: ShapeNode, key: string): ShapeNode {
    const node: ShapeNode = { next: new Map(), shape: undefined };
    parent.next.set(key, node);
    this.nodes++;
    return node;
  }

  private clear(): void {
    this.root = { next: new Map(), shape: undefined };
    this.nodes = 0;
  }
}

function shapeBytes(keys: readonly string[]): Uint8Array {
  const out = new ByteWriter(64);
  out.writeInt32(0);
  out.writeVarint(keys.length);
  for (const key of keys) {
    const isOneByte = isLatin1(key);
    out.writeVarint(key.length * 2 + (isOneByte ? 0 : 1));
    if (isOneByte) out.writeLatin1(key);
    else out.writeUtf16(key);
  }
  out.view.setInt32(0, out.position - 4, true);
  return new Uint8Array(out.bytes());
}

export function sameKeys(left: readonly string[], right: readonly string[]): boolean {
  if (left.length !== right.length) return false;
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return false;
  return true;
}

/** Keys by the bytes they were read from. */
const shapesRead = new Map<string, readonly string[]>();

/** The keys, the same array each time while it is remembered. Throws CORRUPT_DATA. */
export function readShape(input: ByteReader): readonly string[] {
  const length = input.readInt32();
  if (length < 1) throw corrupt(`an object shape of ${length} bytes`);
  const start = input.position;
  const bytes = input.readLatin1(length);
  const known = shapesRead.get(bytes);
  if (known !== undefined) return known;
  input.position = start;
  const keys = readKeys(input);
  if (input.position !== start + length)
    throw corrupt(`an object shape ends at ${input.position}, not at ${start + length}`);
  if (shapesRead.size >= MAX_SHAPES_READ) shapesRead.clear();
  shapesRead.set(bytes, keys);
  return keys;
}

function readKeys(input: ByteReader): readonly string[] {
  const count = input.readVarint();
  if (count > MAX_SHAPE_KEYS) throw corrupt(`objects of ${count} keys`);
  const keys: string[] = [];
  for (let i = 0; i < count; i++) {
    const header = input.readVarint();
    const length = Math.floor(header / 2);
    keys.push(internalized(header % 2 === 0 ? input.readLatin1(length) : input.readUtf16(length)));
  }
  return keys;
}

/** The same text as V8 keeps property names: stores by it need no look-up of the name. */
function internalized(key: string): string {
  return Object.keys({ [key]: 0 })[0] as string;
}
