import * as fs from 'node:fs'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import git from 'isomorphic-git'

const example = fileURLToPath(new URL('..', import.meta.url))

/** What the builder of the example puts beside the sources: an image, what buildx says about it, and its SBOM. */
export const images = { built: join(example, 'fixtures/image'), other: join(example, 'fixtures/other') }
export const scanAction = join(example, 'actions/scan')

/** A fresh checkout of the image's sources, as a runner has it: one directory, one commit. */
export async function checkout(): Promise<{ readonly dir: string; readonly remove: () => void }> {
  const dir = mkdtempSync(join(tmpdir(), 'cilock-demo-'))
  cpSync(join(example, 'image'), dir, { recursive: true })
  // What a step leaves is for the next one, not for the repository.
  writeFileSync(join(dir, '.gitignore'), 'docker-metadata.json\nimage.tar\n*.cdx.json\nscan.json\n')
  await git.init({ fs, dir, defaultBranch: 'main' })
  await git.add({ fs, dir, filepath: '.' })
  const author = { name: 'Dev', email: 'dev@example.test', timestamp: 1_767_225_600, timezoneOffset: 0 }
  await git.commit({ fs, dir, message: 'A service that greets\n', author })
  await git.addRemote({ fs, dir, remote: 'origin', url: 'https://github.com/acme/app.git' })
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) }
}
