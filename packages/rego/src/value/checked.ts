import { RegoError } from '../errors.ts'
import { ObjectLike, SetLike } from './collection.ts'
import { RegoNumber } from './number.ts'

/**
 * Values that hold nothing but what Rego knows, and how deep they are at most. A value is looked at once: whoever hands
 * it in leaves it as it is.
 */
const heights = new WeakMap<object, number>()

/** Takes note of a value that is as it should be. */
export function noteHeight(value: unknown, height: number): void {
  if (typeof value === 'object' && value !== null) heights.set(value, height)
}

/**
 * Refuses what JavaScript lets a caller hand in, and is no value of Rego.
 *
 * @throws TypeError with the place as a JSON pointer; RegoError `ERR_LIMIT_DEPTH`.
 */
export function checkValue(name: string, value: unknown, maxDepth: number): void {
  if (typeof value === 'object' && value !== null && (heights.get(value) ?? Number.NaN) <= maxDepth) return
  /** Of parts that may stand in many places: forty arrays, each twice in the next, are as quick as they are small. */
  const known = new Map<object, number>()
  /** What is being looked into, the outermost first, and at which member. */
  const trail: { readonly part: object; at: number }[] = []

  const wrong = (found: string, outer = trail): TypeError =>
    new TypeError(`expected ${name} to hold nothing but JSON, found ${found} at ${outer.map(({ part, at }) => `/${keyAt(part, at).replace(/[~/]/g, (char) => (char === '~' ? '~0' : '~1'))}`).join('') || 'its root'}`)

  /** How many collections stand in each other. */
  const heightOf = (item: unknown): number => {
    const kind = typeof item
    if (kind === 'string' || kind === 'boolean' || item === null || item instanceof RegoNumber || Number.isFinite(item)) return 0
    if (typeof item !== 'object') throw wrong(typeof item === 'number' ? `${item}` : kind)
    let height = known.get(item)
    if (trail.length + (height ?? 1) > maxDepth) {
      const first = trail.findIndex(({ part }) => part === item)
      throw first < 0 ? new RegoError('ERR_LIMIT_DEPTH', `expected ${name} nested at most ${maxDepth} levels deep, found more`) : wrong('what holds itself', trail.slice(0, first))
    }
    if (height !== undefined) return height
    const parts = partsOf(item)
    if (parts === undefined) throw wrong(`an instance of ${item.constructor.name}`)
    height = 1
    const step = { part: item, at: 0 }
    // By index, as a hole is undefined too.
    for (trail.push(step); step.at < parts.length; step.at++) {
      const part = parts[step.at]
      if (typeof part === 'string') continue
      const inner = heightOf(part)
      if (inner >= height) height = inner + 1
    }
    trail.pop()
    // Looking again at a few members of a few members costs no more than remembering.
    if (height > 2 || parts.length > 8) known.set(item, height)
    return height
  }
  noteHeight(value, heightOf(value))
}

/** The members of a collection; undefined for what is none of those that Rego knows. */
function partsOf(value: object): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value
  if (value instanceof SetLike) return [...value.unordered()]
  if (value instanceof ObjectLike) return value.keys().flatMap((key) => [key, value.get(key)])
  const prototype: unknown = Object.getPrototypeOf(value)
  // The root of objects, of this realm or of another.
  return prototype === null || Object.getPrototypeOf(prototype) === null ? Object.values(value) : undefined
}

function keyAt(part: object, at: number): string {
  return Array.isArray(part) || part instanceof SetLike || part instanceof ObjectLike ? `${at}` : `${Object.keys(part)[at]}`
}
