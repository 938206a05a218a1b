import type { GlobError } from '@cilock/glob'

/** What gobwas/glob says where `@cilock/glob` refuses a pattern: all that is refused stands in a class. */
export function goGlobError(pattern: string, { offset }: GlobError): string {
  const characters = Array.from(pattern)
  if (characters[offset] === '[') {
    const first = offset + (characters[offset + 1] === '!' ? 2 : 1)
    return characters[first] === ']' ? 'could not parse range' : 'unexpected end of input'
  }
  if (characters[offset + 1] === '-' && characters[offset - 1] !== '-') {
    return `hi character '${characters[offset + 2] ?? ''}' should be greater than lo '${characters[offset] ?? ''}'`
  }
  return 'expected close range character'
}
