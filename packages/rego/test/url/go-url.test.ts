import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatGoUrl, GoUrlError, parseGoUrl, readGoUrl } from '../../src/url/go-url.ts'

interface GoCase {
  readonly text: string
  readonly error?: string
  readonly parts: Readonly<Record<string, string>>
}

/** Printed by `GODEBUG=urlstrictcolons=1 go run oracle/main.go`, with Go 1.26. */
const cases = readFileSync(fileURLToPath(new URL('go-cases.jsonl', import.meta.url)), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line): GoCase => {
    const [text, { error, ...parts }] = JSON.parse(line) as [string, Record<string, string>]
    return error === undefined ? { text, parts } : { text, error, parts }
  })

/** Addresses in brackets that are none get one text here, where Go has a dozen. */
const shortened = (text: string): string => text.replace(/(invalid host: ParseAddr\(.*\)): .*/s, '$1: …')

describe('URLs as Go reads them', () => {
  it.each(cases.filter(({ error }) => error !== undefined))('refuses $text', ({ text, error = '' }) => {
    expect(parseGoUrl(text)).toBeUndefined()
    try {
      readGoUrl(text)
      expect.unreachable()
    } catch (found) {
      expect(found).toBeInstanceOf(GoUrlError)
      expect(shortened((found as GoUrlError).message)).toBe(shortened(error))
    }
  })

  it.each(cases.filter(({ error }) => error === undefined))('takes $text', ({ text, parts }) => {
    const url = readGoUrl(text)
    const { scheme, path, rawPath, rawQuery, fragment } = url
    expect({ scheme, path, rawPath, rawQuery, fragment, again: formatGoUrl(url) }).toEqual({
      scheme: parts['scheme'],
      path: parts['path'],
      rawPath: parts['rawPath'],
      rawQuery: parts['rawQuery'],
      fragment: parts['fragment'],
      again: parts['again'],
    })
  })

  it('reads any text or says why not, and what it writes reads the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...Array.from('ab:/?#[]@%25é <"1.\n')) }), (text) => {
        const url = parseGoUrl(text)
        if (url === undefined) return
        const again = parseGoUrl(formatGoUrl(url))
        // A relative path that begins with what looks like a scheme gets `./` in front, as in Go.
        if (again !== undefined && !formatGoUrl(url).startsWith('./')) expect(again.path).toBe(url.path)
      }),
    )
  })
})
