import { compileGlob, GlobError } from '@cilock/glob'
import { describe, expect, expectTypeOf, it } from 'vitest'
import type { GlobErrorCode } from '@cilock/glob'

function refusal(pattern: string): GlobError {
  try {
    compileGlob(pattern)
  } catch (error) {
    if (error instanceof GlobError) return error
    throw error
  }
  expect.fail(`${JSON.stringify(pattern)} was accepted`)
}

describe('an invalid pattern', () => {
  const cases: readonly (readonly [pattern: string, offset: number, message: RegExp])[] = [
    ['a[', 1, /never closed/],
    ['a[bc', 1, /never closed/],
    ['[!', 0, /never closed/],
    ['[a-', 0, /never closed/],
    ['[a-z', 0, /never closed/],
    ['[a\\]', 0, /never closed/],
    ['[]', 0, /at least one character/],
    ['x[!]', 1, /at least one character/],
    ['[z-a]', 1, /backwards/],
    ['[a-cx]', 4, /"\]" expected, "x" found/],
    ['a\u0000b', 1, /U\+0000/],
    ['a\ufffd', 1, /U\+FFFD/],
    ['a\ud83d', 1, /U\+D83D/],
    ['{'.repeat(101), 100, /at most 100 deep/],
  ]
  it.each(cases)('%j is refused at %i', (pattern, offset, message) => {
    const error = refusal(pattern)
    expect(error).toMatchObject({ code: 'ERR_GLOB_INVALID', offset, name: 'GlobError' })
    expect(error.message).toMatch(message)
  })

  it('counts the offset in characters, not in UTF-16 units', () => {
    expect(refusal('😀[').offset).toBe(1)
  })

  it('is known to CilockError.is() by its mark', () => {
    expect(Symbol.for('@cilock/error') in refusal('[')).toBe(true)
  })
})

it('refuses a pattern of more than 10,000 characters', () => {
  expect(refusal('a'.repeat(10_001)).code).toBe('ERR_GLOB_TOO_LONG')
  expect(compileGlob('a'.repeat(10_000)).match('a'.repeat(10_000))).toBe(true)
})

it('accepts alternatives 100 deep', () => {
  expect(compileGlob(`${'{'.repeat(100)}a${'}'.repeat(100)}?`).match('ab')).toBe(true)
})

it.each(['', '//', 'ab'])('takes %j for no separator', (separator) => {
  expect(() => compileGlob('*', { separators: [separator] })).toThrow(TypeError)
})

it('has a type for its codes', () => {
  expectTypeOf<GlobError['code']>().toEqualTypeOf<GlobErrorCode>()
})
