import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, utimesSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Recording } from './recording.ts'

/** The root that recorded paths stand under. */
const recordedRoot = '/src'

/** Before every recorded run. */
const recordedBefore = new Date('2026-01-01T00:00:00Z')

/** A temporary folder that stands for `/src` of a recorded run. */
export interface Stage {
  readonly root: string
  /** A path, argument or value of the recording, as it reads here. */
  readonly here: (text: string) => string
  /** The other way round. */
  readonly recorded: (text: string) => string
  readonly remove: () => void
}

/** Lays out a run's inputs as they stood when it was recorded. */
export function stage(recording: Recording, keys: string): Stage {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'cilock-case-')))
  for (const folder of ['hello', 'out', 'home', 'tmp', 'bin']) mkdirSync(join(root, folder))
  const { folder, inputs, also } = recording
  if (inputs === 'inputs/') cpSync(join(folder, 'inputs'), join(root, 'hello'), { recursive: true, verbatimSymlinks: true, preserveTimestamps: true })
  else if (inputs !== null) extract(join(folder, inputs), root)
  symlinkSync(resolve(keys), join(root, 'keys'))
  const places = { src: '.', outside: 'outside', stubs: 'stubs' }
  for (const [name, place] of Object.entries(places)) {
    if (also?.[name] !== undefined && existsSync(join(folder, name))) cpSync(join(folder, name), join(root, place), { recursive: true, verbatimSymlinks: true })
  }
  for (const folder of ['hello', 'stage', 'outside']) makeOld(join(root, folder))
  keepTimes(recording.setup ?? '', join(root, 'hello'))
  return {
    root,
    here: (text) => text.replaceAll(/(?<![\w.-])\/src(?=\/|$|[:;'"\s])/g, root),
    recorded: (text) => text.replaceAll(root, recordedRoot),
    remove: () => rmSync(root, { recursive: true, force: true }),
  }
}

/** Copies are as young as this run, and files younger than a step's beginning would be its products. */
function makeOld(folder: string): void {
  if (!existsSync(folder)) return
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) utimesSync(join(entry.parentPath, entry.name), recordedBefore, recordedBefore)
  }
}

/** Files that the inputs' script gave a time of their own, which copying loses. */
function keepTimes(setup: string, folder: string): void {
  for (const [, time = '', name = ''] of setup.matchAll(/touch -d '([^']+)' (\S+)/g)) utimesSync(join(folder, name), new Date(time), new Date(time))
}

/** The archives begin with `hello/` and hold links, modes and odd names, which `tar` keeps. */
function extract(archive: string, into: string): void {
  const tar = spawnSync('tar', ['-xpzf', archive, '-C', into, '--no-same-owner'], { encoding: 'utf8' })
  if (tar.status !== 0) throw new TypeError(`tar could not unpack ${archive}: ${tar.stderr || String(tar.error)}`)
}
