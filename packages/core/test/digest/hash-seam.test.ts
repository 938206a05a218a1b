import { createHash as native } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as onNode from '../../src/platform/crypto.node.ts'
import * as onWeb from '../../src/platform/crypto.web.ts'
import type { HashName } from '../../src/platform/hash.ts'

const names: readonly HashName[] = ['sha1', 'sha256', 'sha384', 'sha512']
const abc: Readonly<Record<HashName, string>> = {
  sha1: 'a9993e364706816aba3e25717850c26c9cd0d89d',
  sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  sha384: 'cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7',
  sha512: 'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
}

describe.each([
  ['node', onNode],
  ['web', onWeb],
])('the hash functions of the %s face', (_, { createHash, hashHex, hashInto, hashOnce }) => {
  it.each(names)('%s gives the value of FIPS 180-4 for abc', (name) => {
    const digest = createHash(name).update(new TextEncoder().encode('abc')).digest()
    expect(Buffer.from(digest).toString('hex')).toBe(abc[name])
    expect(Object.getPrototypeOf(digest)).toBe(Uint8Array.prototype)
  })

  it('hash in pieces what they hash in one, as OpenSSL does', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.array(fc.uint8Array({ maxLength: 150 }), { maxLength: 6 }), (name, pieces) => {
        const hash = createHash(name)
        for (const piece of pieces) expect(hash.update(piece)).toBe(hash)
        expect(Buffer.from(hash.digest())).toEqual(native(name).update(Buffer.concat(pieces)).digest())
      }),
    )
  })

  it('hash at once what they hash in pieces', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.uint8Array({ maxLength: 300 }), (name, data) => {
        const expected = native(name).update(data).digest()
        expect(Buffer.from(hashOnce(name, data))).toEqual(expected)
        expect(Object.getPrototypeOf(hashOnce(name, data))).toBe(Uint8Array.prototype)
        expect(hashHex(name, data)).toBe(expected.toString('hex'))
        const room = new Uint8Array(expected.length + 5).fill(7)
        hashInto(name, data, room, 3)
        expect(Buffer.from(room)).toEqual(Buffer.concat([Buffer.alloc(3, 7), expected, Buffer.alloc(2, 7)]))
      }),
    )
  })
})
