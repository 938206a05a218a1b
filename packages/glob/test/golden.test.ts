import { readFileSync } from 'node:fs'
import { compileGlob, GlobError } from '@cilock/glob'
import { describe, expect, it } from 'vitest'

interface Recorded {
  readonly pattern: string
  readonly separators: string
  readonly error?: string
  /** Other texts than the common ones. */
  readonly texts?: readonly string[]
  readonly matches?: readonly string[]
}

// What gobwas/glob v0.2.3 answered.
const golden = JSON.parse(readFileSync(new URL('golden/gobwas.json', import.meta.url), 'utf8')) as {
  readonly texts: readonly string[]
  readonly patterns: readonly Recorded[]
}

/** Where gobwas is wrong: it contradicts its own documentation, or the answer depends on how many bytes a letter has. */
const wrongInGo: readonly { readonly pattern: string; readonly text: string; readonly right: boolean }[] = [
  // One character is one character; the library takes the end of the text for one.
  ...['?', '[!/]', '[!!a]', '[!-a]', '[!abc]', '[!a-c]'].map((pattern) => ({ pattern, text: '', right: false })),
  { pattern: '{?,ab}c', text: 'c', right: false },
  // Rows of single characters are compared in bytes.
  { pattern: '?é', text: 'aé', right: true },
  { pattern: '?😀', text: 'a😀', right: true },
  // Runs of anything may be empty, also two in a row.
  { pattern: '***', text: '', right: true },
]

describe('the recorded answers of gobwas', () => {
  const seen = new Set<string>()
  for (const { pattern, separators, error, matches = [], texts = golden.texts } of golden.patterns) {
    it(`${JSON.stringify(pattern)} with separators ${JSON.stringify(separators)}`, () => {
      if (error !== undefined) {
        expect(() => compileGlob(pattern)).toThrow(GlobError)
        return
      }
      const glob = compileGlob(pattern, { separators: Array.from(separators) })
      for (const text of texts) {
        const exception = wrongInGo.find((row) => row.pattern === pattern && row.text === text)
        const inGo = matches.includes(text)
        if (exception !== undefined && inGo !== exception.right) seen.add(`${pattern} ${text}`)
        expect(glob.match(text), JSON.stringify(text)).toBe(exception?.right ?? inGo)
      }
    })
  }

  it('differ only where the list says so, and there for real', () => {
    expect(golden.patterns.length).toBe(197)
    expect(seen.size).toBe(wrongInGo.length)
  })
})
