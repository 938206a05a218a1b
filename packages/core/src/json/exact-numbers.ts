import { setOwn } from './own.ts'
import { endOfNumber, endOfString, printsAlike } from './scan.ts'
import { JsonNumber, type JsonValue } from './value.ts'

type Container = JsonValue[] | Record<string, JsonValue>

/** An array or object whose text is being passed through. */
interface Frame {
  /** In an array, the index of the member being passed; -1 in an object. */
  index: number
  /** In an object, where the quote that opens the member's key is. */
  keyAt: number
  /** What `JSON.parse` made of it; looked up only when a number below needs it. */
  container: Container | undefined
}

/**
 * Puts a JsonNumber wherever the text of a number is not what JavaScript would print. Walks the text beside the value that
 * `JSON.parse` made of it, because not every engine's parser hands out the text of a number.
 */
export function restoreNumbers(text: string, root: JsonValue): JsonValue {
  const frames: Frame[] = []
  let frame: Frame | undefined
  let stringAt = -1
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (unit === 0x22) {
      stringAt = index
      index = endOfString(text, index)
    } else if (unit === 0x3a) {
      if (frame !== undefined) frame.keyAt = stringAt
    } else if (unit === 0x2c) {
      if (frame !== undefined && frame.index !== -1) frame.index++
    } else if (unit === 0x7b || unit === 0x5b) {
      frame = { index: unit === 0x5b ? 0 : -1, keyAt: -1, container: undefined }
      frames.push(frame)
    } else if (unit === 0x7d || unit === 0x5d) {
      frames.pop()
      frame = frames.at(-1)
    } else if (unit === 0x2d || (unit >= 0x30 && unit <= 0x39)) {
      const end = endOfNumber(text, index)
      if (!printsAlike(text, index, end)) {
        const number = new JsonNumber(text.slice(index, end))
        if (frame === undefined) return number
        replaceMember(text, frame, lookUp(text, frames, root), number)
      }
      index = end - 1
    }
  }
  return root
}

/** The container of the innermost frame. Each is looked up once, however many numbers it holds. */
function lookUp(text: string, frames: readonly Frame[], root: JsonValue): Container {
  let known = frames.length - 1
  while (known > 0 && frames[known]?.container === undefined) known--
  let container = (frames[known]?.container ?? root) as Container
  for (const [level, frame] of frames.slice(known).entries()) {
    if (level > 0) container = memberOf(text, frames[known + level - 1], container)
    frame.container = container
  }
  return container
}

function memberOf(text: string, parent: Frame | undefined, container: Container): Container {
  const member = Array.isArray(container) ? container[parent?.index ?? 0] : container[keyOf(text, parent?.keyAt ?? 0)]
  return member as Container
}

function replaceMember(text: string, frame: Frame, container: Container, value: JsonNumber): void {
  if (Array.isArray(container)) container[frame.index] = value
  else setOwn(container, keyOf(text, frame.keyAt), value)
}

function keyOf(text: string, at: number): string {
  return JSON.parse(text.slice(at, endOfString(text, at) + 1)) as string
}
