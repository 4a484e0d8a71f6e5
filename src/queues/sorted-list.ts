/** Items in an order that has no ties. Adding and removing one finds its place in as many steps as the length has bits. */
export class SortedList<T> implements Iterable<T> {
  readonly #items: T[] = [];
  readonly #compare: (a: T, b: T) => number;

  /** @param compare negative when `a` comes first; 0 only for the same item */
  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  get length(): number {
    return this.#items.length;
  }

  /** The item at a place, counted from 0. */
  at(index: number): T | undefined {
    return this.#items[index];
  }

  /** Puts an item at its place. */
  add(item: T): void {
    this.#items.splice(this.#indexOf(item), 0, item);
  }

  /** Takes out the item at the same place as this one. */
  remove(item: T): void {
    const index = this.#indexOf(item);
    const found = this.#items[index];
    if (found !== undefined && this.#compare(found, item) === 0) this.#items.splice(index, 1);
  }

  /** Takes out the first. */
  shift(): T | undefined {
    return this.#items.shift();
  }

  #indexOf(item: T): number {
    let from = 0;
    let until = this.#items.length;
    while (from < until) {
      const middle = (from + until) >>> 1;
      if (this.#compare(this.#items[middle] as T, item) < 0) from = middle + 1;
      else until = middle;
    }
    return from;
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#items[Symbol.iterator]();
  }
}
