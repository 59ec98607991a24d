/** Names a side output and carries the type of its records. Mirrors: OutputTag. */
declare const elementType: unique symbol;

export class OutputTag<T> {
  /** A tag takes records of type T: so one for a wider type will do, one for another type will not. */
  declare readonly [elementType]: (value: T) => void;
  readonly id: string;

  constructor(id: string) {
    this.id = id;
  }
}
