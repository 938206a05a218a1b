import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { directoryDigest } from '@cilock/attestor-files'
import { dirHash, sha256Hex } from '@cilock/core'
import { afterAll, describe, expect, it } from 'vitest'

const root = mkdtempSync(join(tmpdir(), 'cilock-directory-'))
afterAll(() => rmSync(root, { recursive: true }))
const at = (...names: readonly string[]): string => join(root, ...names)

describe('directoryDigest', () => {
  it('is that of the files below the directory, links to files included', async () => {
    mkdirSync(at('good/sub'), { recursive: true })
    writeFileSync(at('good/a'), 'a')
    writeFileSync(at('good/sub/b'), 'b')
    symlinkSync('sub/b', at('good/link'))
    const [a, b] = [sha256Hex('a'), sha256Hex('b')]
    expect(await directoryDigest(at('good'))).toBe(dirHash([{ name: 'a', sha256: a }, { name: 'link', sha256: b }, { name: 'sub/b', sha256: b }]))
  })

  it.each<[string, string, (name: string) => void]>([
    ['nothing', 'ERR_FILE_UNREADABLE', () => {}],
    ['a file', 'ERR_FILE_UNREADABLE', (name) => writeFileSync(at(name), '')],
    ['a link that leads nowhere', 'ERR_FILE_UNREADABLE', (name) => (mkdirSync(at(name)), symlinkSync('nowhere', at(name, 'link')))],
    ['a link that leads out', 'ERR_FILE_OUTSIDE', (name) => (mkdirSync(at(name)), symlinkSync('../good/a', at(name, 'link')))],
  ])('refuses %s: %s', async (name, code, make) => {
    make(name)
    await expect(directoryDigest(at(name))).rejects.toMatchObject({ code })
  })
})
