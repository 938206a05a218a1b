import type { Loc } from '../syntax/ast.ts'
import { equal } from '../value/equal.ts'
import { keyOf, type Key } from '../value/key.ts'
import { RegoObject } from '../value/object.ts'
import { RegoSet } from '../value/set.ts'
import type { Value } from '../value/value.ts'
import { conflict } from './planner.ts'

type Slot = { readonly key: Value; content: ObjectBuilder | RegoSet | { readonly leaf: Value } }

/** Gathers the entries that several rules give to one document. */
export class ObjectBuilder {
  private readonly slots: Map<Key, Slot> = new Map()

  get size(): number {
    return this.slots.size
  }

  /** Puts a value at a path. What another rule has put there must be the same. */
  put(path: readonly Value[], value: Value, loc: Loc, index = 0): void {
    const key = path[index] ?? null
    const hash = keyOf(key)
    const slot = this.slots.get(hash)
    if (index < path.length - 1) {
      this.inner(slot, key, hash, loc).put(path, value, loc, index + 1)
      return
    }
    if (slot === undefined) this.slots.set(hash, { key, content: { leaf: value } })
    else if (!('leaf' in slot.content) || !equal(slot.content.leaf, value)) throw conflict('object keys must be unique', loc)
  }

  /** Adds a member to the set at a path. */
  add(path: readonly Value[], member: Value, loc: Loc, index = 0): void {
    const key = path[index] ?? null
    const hash = keyOf(key)
    const slot = this.slots.get(hash)
    if (index < path.length - 1) {
      this.inner(slot, key, hash, loc).add(path, member, loc, index + 1)
      return
    }
    if (slot === undefined) this.slots.set(hash, { key, content: RegoSet.of([member]) })
    else if (slot.content instanceof RegoSet) slot.content.add(member)
    else throw conflict('object keys must be unique', loc)
  }

  private inner(slot: Slot | undefined, key: Value, hash: Key, loc: Loc): ObjectBuilder {
    if (slot === undefined) {
      const content = new ObjectBuilder()
      this.slots.set(hash, { key, content })
      return content
    }
    if (slot.content instanceof ObjectBuilder) return slot.content
    throw conflict('object keys must be unique', loc)
  }

  build(): RegoObject {
    const object = new RegoObject()
    for (const { key, content } of this.slots.values()) {
      object.set(key, content instanceof ObjectBuilder ? content.build() : content instanceof RegoSet ? content : content.leaf)
    }
    return object
  }
}
