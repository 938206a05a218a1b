import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import type * as promises from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CilockError } from '@cilock/core'
import { readFileWithin } from '@cilock/core/node'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

// What somebody else does between two system calls cannot be timed: `open` is where it happens.
const race = vi.hoisted(() => ({ before: (): void => {}, after: (): void => {} }))
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof promises>()
  return {
    ...real,
    open: async (...args: Parameters<typeof real.open>) => {
      race.before()
      const handle = await real.open(...args)
      race.after()
      return handle
    },
  }
})

let folder: string
const at = (name: string): string => join(folder, name)

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cilock-race-'))
  mkdirSync(at('root/dir'), { recursive: true })
  mkdirSync(at('outside'))
  writeFileSync(at('root/dir/f'), 'inside')
  writeFileSync(at('outside/f'), 'secret')
  race.before = race.after = () => {}
})

afterEach(() => rmSync(folder, { recursive: true }))

async function refusal(): Promise<string> {
  const result: unknown = await readFileWithin(at('root'), 'dir/f').catch((error: unknown) => error)
  return CilockError.is(result) ? result.code : `no coded error: ${String(result)}`
}

it('reads the file when nobody interferes', async () => {
  expect(Buffer.from(await readFileWithin(at('root'), 'dir/f')).toString()).toBe('inside')
})

it('refuses a directory that becomes a link to the outside before the file is opened', async () => {
  race.before = () => {
    renameSync(at('root/dir'), at('root/old'))
    symlinkSync('../outside', at('root/dir'))
  }
  expect(await refusal()).toBe('ERR_FILE_OUTSIDE')
})

it('refuses a file outside that was opened through a link which is gone again', async () => {
  race.before = () => {
    renameSync(at('root/dir'), at('root/old'))
    symlinkSync('../outside', at('root/dir'))
  }
  race.after = () => {
    rmSync(at('root/dir'))
    renameSync(at('root/old'), at('root/dir'))
  }
  expect(await refusal()).toBe('ERR_FILE_CHANGED')
})

it('refuses a file that becomes a link before it is opened', async () => {
  race.before = () => {
    rmSync(at('root/dir/f'))
    symlinkSync('../../outside/f', at('root/dir/f'))
  }
  expect(await refusal()).toBe('ERR_FILE_UNREADABLE')
})
