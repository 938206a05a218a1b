import { endOfNumber, endOfString, printsAlike } from './scan.ts'
import { setOwn } from './own.ts'
import { JsonNumber, type JsonValue } from './value.ts'

type Container = JsonValue[] | Record<string, JsonValue>

interface Frame {
  readonly container: Container
  /** The index that the next value has in an array, or the key that it has in an object. */
  key: number | string
}

/**
 * Puts a JsonNumber wherever the text of a number is not what JavaScript would print. Walks the text and the value that
 * `JSON.parse` made of it side by side: older engines' parsers do not hand out the source text of a number.
 */
export function restoreNumbers(text: string, root: JsonValue): JsonValue {
  const frames: Frame[] = []
  let frame: Frame | undefined
  let keyAt = -1
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (unit === 0x22) {
      keyAt = index
      index = endOfString(text, index)
    } else if (unit === 0x3a && frame !== undefined) {
      frame.key = JSON.parse(text.slice(keyAt, endOfString(text, keyAt) + 1)) as string
    } else if (unit === 0x2c && frame !== undefined && typeof frame.key === 'number') {
      frame.key++
    } else if (unit === 0x7b || unit === 0x5b) {
      const container: Container = frame === undefined ? (root as Container) : (memberOf(frame) as Container)
      frame = { container, key: unit === 0x5b ? 0 : '' }
      frames.push(frame)
    } else if (unit === 0x7d || unit === 0x5d) {
      frames.pop()
      frame = frames.at(-1)
    } else if (unit === 0x2d || (unit >= 0x30 && unit <= 0x39)) {
      const end = endOfNumber(text, index)
      if (!printsAlike(text, index, end)) {
        const number = new JsonNumber(text.slice(index, end))
        if (frame === undefined) return number
        replaceMember(frame, number)
      }
      index = end - 1
    }
  }
  return root
}

function memberOf({ container, key }: Frame): JsonValue | undefined {
  return Array.isArray(container) ? container[Number(key)] : container[key]
}

function replaceMember({ container, key }: Frame, value: JsonValue): void {
  if (Array.isArray(container)) container[Number(key)] = value
  else setOwn(container, String(key), value)
}
