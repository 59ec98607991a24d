/** Names a side output and carries the type of its records. Mirrors: OutputTag. */
declare const elementType: unique symbol;

export class OutputTag<T> {
  declare readonly [elementType]: (value: T) => T;
  readonly id: string;

  constructor(id: string) {
    this.id = id;
  }
}
