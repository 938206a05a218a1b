import { CilockError, JsonNumber, parseJson, stringifyJson, type JsonValue } from '@cilock/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { doc, noise, render, type Doc } from './arbitrary.ts'

function valueOf(node: Doc): JsonValue {
  switch (node.kind) {
    case 'string':
      return node.value
    case 'array':
      return node.items.map((item) => valueOf(item))
    case 'object':
      return Object.fromEntries(node.members.map(([key, member]) => [key, valueOf(member)]))
    case 'token': {
      const value = JSON.parse(node.text) as JsonValue
      return typeof value === 'number' && String(value) !== node.text ? new JsonNumber(node.text) : value
    }
  }
}

/** Whether a strict reader has to take a text, decided in another way: token by token behind `JSON.parse`. */
function isStrictJson(text: string): boolean {
  if (/\p{Surrogate}/u.test(text)) return false
  try {
    JSON.parse(text)
  } catch {
    return false
  }
  const scopes: Set<string>[] = []
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]/gs) ?? []
  for (const [index, token] of tokens.entries()) {
    if (token === '{') scopes.push(new Set())
    if (token === '}') scopes.pop()
    if (!token.startsWith('"')) continue
    const value = JSON.parse(token) as string
    if (/\p{Surrogate}/u.test(value)) return false
    if (tokens[index + 1] !== ':') continue
    if (scopes.at(-1)?.has(value) === true) return false
    scopes.at(-1)?.add(value)
  }
  return true
}

function accepts(input: string): boolean {
  try {
    parseJson(input)
    return true
  } catch (error) {
    if (CilockError.is(error) && error.code === 'ERR_MALFORMED') return false
    throw error
  }
}

const pieces = fc.constantFrom('"', '\\', '\\u', 'd83d', '\\ud83d', '\\ude00', '{', '}', '[', ']', ':', ',', '"a"', '"a":', '1', '.0', 'e5', '-', '\u2028', '\ufeff', ' ', '\0', '\ud83d', '\ude00', 'null')
const edit = fc.tuple(fc.nat(), fc.nat(6), pieces)

describe('parseJson', () => {
  it('reads every document as it was meant, however it is written', () => {
    fc.assert(
      fc.property(doc, noise, (node, choices) => {
        const text = render(node, choices)
        const value = parseJson(text)
        expect(value).toEqual(valueOf(node))
        expect(parseJson(new TextEncoder().encode(text))).toEqual(value)
        expect(parseJson(stringifyJson(value))).toEqual(value)
      }),
      { numRuns: 1000 },
    )
  })

  it('accepts an edited document exactly when it is still strict JSON', () => {
    fc.assert(
      fc.property(doc, noise, fc.array(edit, { minLength: 1, maxLength: 3 }), (node, choices, edits) => {
        let text = render(node, choices)
        for (const [at, cut, piece] of edits) {
          const start = at % (text.length + 1)
          text = text.slice(0, start) + piece + text.slice(start + cut)
        }
        expect(accepts(text)).toBe(isStrictJson(text))
      }),
      { numRuns: 3000 },
    )
  })

  it('accepts what is pieced together exactly when it is strict JSON', () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
        const text = `["${parts.join('')}"]`
        expect(accepts(text)).toBe(isStrictJson(text))
      }),
      { numRuns: 3000 },
    )
  })

  it('refuses a copied member wherever it stands', () => {
    const members = fc.uniqueArray(fc.tuple(fc.string(), doc), { minLength: 1, maxLength: 5, selector: ([key]) => key })
    fc.assert(
      fc.property(members, fc.nat(), fc.nat(), fc.nat(3), noise, (members, from, to, depth, choices) => {
        const copy = members[from % members.length]
        const all = copy === undefined ? [] : members.toSpliced(to % (members.length + 1), 0, copy)
        let node: Doc = { kind: 'object', members: all }
        for (let level = 0; level < depth; level++) node = level % 2 === 0 ? { kind: 'array', items: [node] } : { kind: 'object', members: [['x', node]] }
        expect(accepts(render(node, choices))).toBe(false)
      }),
    )
  })

  it('never fails otherwise than with a code, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30 }), (bytes) => {
        try {
          parseJson(bytes)
        } catch (error) {
          expect(CilockError.is(error)).toBe(true)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
