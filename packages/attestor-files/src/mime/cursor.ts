/** White space as markup and script headers know it; no vertical tab. */
export function isSpace(character: string): boolean {
  return character === ' ' || character === '\n' || character === '\t' || character === '\r' || character === '\f'
}

export function trimStart(text: string): string {
  let from = 0
  while (isSpace(text.charAt(from))) from++
  return text.slice(from)
}

/** Walks over a byte string. Behind the end it sees '', which is neither a space nor a delimiter. */
export class Cursor {
  readonly text: string
  offset: number

  constructor(text: string, offset = 0) {
    this.text = text
    this.offset = offset
  }

  get done(): boolean {
    return this.offset >= this.text.length
  }

  get rest(): string {
    return this.text.slice(this.offset)
  }

  /** The next character without a step; '' at the end. */
  peek(): string {
    return this.text.charAt(this.offset)
  }

  /** The next character and a step over it; '' at the end. */
  pop(): string {
    const character = this.text.charAt(this.offset)
    if (character !== '') this.offset++
    return character
  }

  startsWith(prefix: string): boolean {
    return this.text.startsWith(prefix, this.offset)
  }

  skipSpace(): void {
    while (isSpace(this.peek())) this.offset++
  }

  /** Everything before the delimiter, or before the end; the delimiter stays. */
  popUntil(delimiter: string): string {
    const found = this.text.indexOf(delimiter, this.offset)
    const end = found === -1 ? this.text.length : found
    const popped = this.text.slice(this.offset, end)
    this.offset = end
    return popped
  }

  /** The next line without its line feed and one carriage return before it. */
  line(): string {
    const line = this.popUntil('\n')
    this.pop()
    return line.endsWith('\r') ? line.slice(0, -1) : line
  }
}
