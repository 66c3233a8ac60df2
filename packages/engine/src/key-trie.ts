/**
 * A trie over the keys of objects, each object's in its own order: what is worth remembering of a shape is found again
 * without a new text for all of its keys.
 */

/** Beyond it everything is forgotten: shapes that go on and on are no shapes. */
const MOST_NODES = 16_384;

/** What has been seen behind the keys that lead to this node. */
class KeyNode<T> {
  readonly #trie: KeyTrie<T>;
  /** The last key asked for and what it led to, which mostly is what is asked for next. */
  #key: string | undefined;
  #child: KeyNode<T> | undefined;
  readonly #children = new Map<string, KeyNode<T>>();
  /** What is remembered of objects with exactly these keys. */
  value: T | undefined;

  constructor(trie: KeyTrie<T>) {
    this.#trie = trie;
  }

  /** Returns the node of an object that has one more key. */
  child(key: string): KeyNode<T> {
    if (key === this.#key && this.#child !== undefined) return this.#child;
    let child = this.#children.get(key);
    if (child === undefined) {
      child = new KeyNode(this.#trie);
      this.#children.set(key, child);
      this.#trie.nodes += 1;
    }
    this.#key = key;
    this.#child = child;
    return child;
  }
}

export class KeyTrie<T> {
  nodes = 0;
  #root = new KeyNode(this);

  /** The node of an object without keys. */
  get root(): KeyNode<T> {
    if (this.nodes > MOST_NODES) {
      this.#root = new KeyNode(this);
      this.nodes = 0;
    }
    return this.#root;
  }
}
