/**
 * Items in an order that has no ties. Adding and removing one finds its place in as many steps as the length has bits; most
 * who come are the last and most who go the first, which takes one.
 */
export class SortedList<T> {
  /** From `#from` on; what is before is free. */
  #items: (T | undefined)[] = [];
  #from = 0;
  readonly #compare: (a: T, b: T) => number;

  /** @param compare negative when `a` comes first; 0 only for the same item */
  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  get length(): number {
    return this.#items.length - this.#from;
  }

  /** The item at a place, counted from 0. */
  at(index: number): T | undefined {
    return this.#items[this.#from + index];
  }

  /** Puts an item at its place. */
  add(item: T): void {
    const items = this.#items;
    const index = this.#indexOf(item);
    // Not by splice, here and below: it makes a list of what it takes out.
    let at = items.push(item) - 1;
    for (; at > index; at--) items[at] = items[at - 1];
    items[at] = item;
  }

  /** Takes out the item at the same place as this one. */
  remove(item: T): void {
    const items = this.#items;
    const index = this.#indexOf(item);
    const found = items[index];
    if (found === undefined || this.#compare(found, item) !== 0) return;
    if (index - this.#from > items.length - index) {
      for (let at = index + 1; at < items.length; at++) items[at - 1] = items[at];
      items.pop();
      return;
    }
    for (let at = index; at > this.#from; at--) items[at] = items[at - 1];
    items[this.#from++] = undefined;
    if (this.#from > items.length / 2) {
      this.#items = items.slice(this.#from);
      this.#from = 0;
    }
  }

  /** Takes out the first. */
  shift(): T | undefined {
    const first = this.at(0);
    if (first !== undefined) this.remove(first);
    return first;
  }

  #indexOf(item: T): number {
    let from = this.#from;
    let until = this.#items.length;
    if (until > from && this.#compare(this.#items[until - 1] as T, item) < 0) return until;
    if (until > from && this.#compare(this.#items[from] as T, item) >= 0) return from;
    while (from < until) {
      const middle = (from + until) >>> 1;
      if (this.#compare(this.#items[middle] as T, item) < 0) from = middle + 1;
      else until = middle;
    }
    return from;
  }
}
