import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodePae } from '@cilock/core'

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
const bytes = (value: string): Uint8Array => new TextEncoder().encode(value)

test("the specification's vector", () => {
  expect(text(encodePae('http://example.com/HelloWorld', bytes('hello world')))).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world')
})

test('lengths count bytes of UTF-8', () => {
  expect(text(encodePae('ü', bytes('€')))).toBe('DSSEv1 2 ü 3 €')
})

test('empty type and empty payload', () => {
  expect(text(encodePae('', new Uint8Array()))).toBe('DSSEv1 0  0 ')
})

test('a payload type with a lone surrogate is a TypeError', () => {
  expect(() => encodePae('a\ud800', new Uint8Array())).toThrow(TypeError)
})

test.each(['hello', 'aGVsbG8=', [104, 105], undefined])('a payload of %j, which is no bytes, is a TypeError', (payload) => {
  expect(() => encodePae('text/plain', payload as never)).toThrow('a payload is bytes')
})

test('type and payload can be read back from any encoding, so no two are the same', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.uint8Array(), (type, payload) => {
      const pae = encodePae(type, payload)
      const head = /^DSSEv1 (\d+) /.exec(text(pae))
      const typeStart = head?.[0].length ?? 0
      const typeEnd = typeStart + Number(head?.[1])
      const middle = /^ (\d+) /.exec(text(pae.subarray(typeEnd)))
      const rest = pae.subarray(typeEnd + (middle?.[0].length ?? 0))
      expect(text(pae.subarray(typeStart, typeEnd))).toBe(type)
      expect(rest).toHaveLength(Number(middle?.[1]))
      expect(rest).toEqual(payload)
    }),
  )
})
