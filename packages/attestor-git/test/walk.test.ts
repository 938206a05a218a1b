import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { temporaryFolder } from '@cilock/testing/node'
import fc from 'fast-check'
import { expect, it, onTestFinished } from 'vitest'
import { walk } from '../src/repository/walk.node.ts'

const never = new AbortController().signal
const name = fc.constantFrom('a', 'b', 'ä', '.git', ' ', 'c c', 'd')
const paths = fc.array(fc.array(name, { minLength: 1, maxLength: 5 }), { maxLength: 30 })

it('visits everything beneath a directory once, links as what they are, and only where it is let in', async () => {
  await fc.assert(
    fc.asyncProperty(paths, name, async (files, closed) => {
      const top = temporaryFolder(onTestFinished)
      for (const file of files) {
        try {
          mkdirSync(dirname(join(top, ...file)), { recursive: true })
          writeFileSync(join(top, ...file), '')
        } catch {
          // a file stands where another one needs a directory, or the other way round
        }
      }
      if (files.length > 0) symlinkSync(top, join(top, 'round'))
      const visited: string[] = []
      await walk(top, never, ({ name: found, path, folder, entry }) => {
        expect(path.toString()).toBe(join(folder.toString(), found))
        visited.push(path.toString())
        return entry.isDirectory() && found !== closed
      })
      const expected = readdirSync(top, { recursive: true, encoding: 'utf8' })
        .filter((path) => !dirname(path).split('/').includes(closed) && !path.startsWith('round/'))
        .map((path) => join(top, path))
      expect(visited.sort()).toEqual(expected.sort())
    }),
    { numRuns: 60 },
  )
})

it('goes through more directories than are open at a time, and stops when the signal fires', async () => {
  const top = temporaryFolder(onTestFinished, Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`${at}/x/y`, ''])))
  const stop = new AbortController()
  let visited = 0
  const count = (): boolean => (visited += 1) > 0
  await walk(top, never, ({ entry }) => count() && entry.isDirectory())
  expect(visited).toBe(600)
  const stopped = walk(top, stop.signal, () => {
    stop.abort()
    return true
  })
  await expect(stopped).rejects.toMatchObject({ code: 'ERR_ABORTED' })
})

it.runIf(process.platform === 'linux')('goes into directories whose names are not UTF-8, and knows those that only look like it', async () => {
  const top = temporaryFolder(onTestFinished, { '\uFFFD/x': '' })
  const bytes = Buffer.concat([Buffer.from(`${top}/`), Buffer.from([0xff])])
  mkdirSync(Buffer.concat([bytes, Buffer.from('/deep')]), { recursive: true })
  writeFileSync(Buffer.concat([bytes, Buffer.from('/deep/y')]), '')
  const visited: string[] = []
  await walk(top, never, ({ path, entry }) => {
    visited.push(Buffer.from(path).toString('latin1').slice(top.length))
    return entry.isDirectory()
  })
  expect(visited.sort()).toEqual(['/ï¿½', '/ï¿½/x', '/ÿ', '/ÿ/deep', '/ÿ/deep/y'])
})

it('passes over what cannot be listed', async () => {
  const top = temporaryFolder(onTestFinished, { file: '' })
  await expect(walk(top, never, () => true)).resolves.toBeUndefined()
  await expect(walk(join(top, 'nowhere'), never, () => true)).resolves.toBeUndefined()
})
