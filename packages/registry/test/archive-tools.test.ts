import { execFileSync } from 'node:child_process'
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { copyImage, digestOf, imageIdentities, mediaTypes } from '@cilock/registry'
import type { WritableImageStore } from '@cilock/registry'
import { openArchive, openLayout, writeArchive, writeLayout } from '@cilock/registry/node'
import { pushImage, pushIndex } from '@cilock/registry/testing'
import { jsonBytes } from './image.ts'

const root = mkdtempSync(join(tmpdir(), 'cilock-tools-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

function isHere(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

const skopeo = (...args: readonly string[]): string => execFileSync('skopeo', ['--insecure-policy', '--tmpdir', root, ...args], { encoding: 'utf8', env: { PATH: process.env['PATH'], HOME: root, XDG_RUNTIME_DIR: root }, stdio: ['ignore', 'pipe', 'pipe'] })

/** An image with a compressed layer, which is a tar. */
async function pushReal(store: WritableImageStore, tag: string): Promise<{ readonly manifest: string; readonly config: string }> {
  const tar = Buffer.alloc(1024)
  const layer = new Uint8Array(gzipSync(tar))
  const config = jsonBytes({ architecture: 'amd64', os: 'linux', config: {}, rootfs: { type: 'layers', diff_ids: [digestOf(tar)] }, history: [{ created: '1970-01-01T00:00:00Z' }] })
  await store.putBlob(layer)
  await store.putBlob(config)
  const bytes = jsonBytes({
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: { mediaType: mediaTypes.ociConfig, digest: digestOf(config), size: config.length },
    layers: [{ mediaType: `${mediaTypes.ociLayer}+gzip`, digest: digestOf(layer), size: layer.length }],
  })
  return { manifest: (await store.putManifest(bytes, { tag })).digest, config: digestOf(config) }
}

describe.skipIf(!isHere('skopeo'))(isHere('skopeo') ? 'with skopeo' : 'with skopeo (skipped: it is not on PATH)', () => {
  it('an archive in docker’s form is read: the same image id', async () => {
    const file = join(root, 'docker.tar')
    const archive = await writeArchive(file, { form: 'docker' })
    const { config } = await pushReal(archive, 'example.test/team/app:v1')
    await pushReal(archive, 'app')
    await archive.close()
    for (const name of ['example.test/team/app:v1', 'docker.io/library/app:latest']) {
      skopeo('copy', `docker-archive:${file}:${name}`, `dir:${join(root, 'dir')}`)
      expect(JSON.parse(skopeo('inspect', '--raw', `dir:${join(root, 'dir')}`))).toMatchObject({ config: { digest: config } })
    }
  })

  it('an image layout in a tar is read: the same manifest', async () => {
    const file = join(root, 'oci.tar')
    const archive = await writeArchive(file)
    const { manifest } = await pushReal(archive, 'v1')
    await archive.close()
    expect(JSON.parse(skopeo('inspect', `oci-archive:${file}:v1`))).toMatchObject({ Digest: manifest })
    skopeo('copy', `oci-archive:${file}:v1`, `oci:${join(root, 'layout')}:v2`)
    expect((await (await openLayout(join(root, 'layout'))).manifest('v2')).digest).toBe(manifest)
  })

  it('an index is one thing at the top of a layout, which needs no name to be meant', async () => {
    const folder = join(root, 'index')
    const layout = await writeLayout(folder)
    const images = [await pushImage(layout), await pushImage(layout, undefined, { architecture: 'arm64' })]
    const index = await pushIndex(layout, images)
    expect(digestOf(skopeo('inspect', '--raw', `oci:${folder}`))).toBe(index)
  })

  it('what it writes is written again, and read by it', async () => {
    const layout = await writeLayout(join(root, 'source'))
    const { config } = await pushReal(layout, 'v1')
    for (const [form, name] of [['docker', 'example.test/app:v1'], ['oci', 'v1']] as const) {
      const [theirs, ours] = [join(root, `theirs-${form}.tar`), join(root, `ours-${form}.tar`)]
      skopeo('copy', `oci:${join(root, 'source')}:v1`, `${form}-archive:${theirs}:${name}`)
      const archive = await writeArchive(ours, { form })
      await copyImage(await openArchive(theirs), archive, name, { tag: name })
      await archive.close()
      expect((await imageIdentities(await openArchive(ours, { form }), name)).map(({ digest }) => digest)).toContain(config)
      expect(JSON.parse(skopeo('inspect', '--config', `${form}-archive:${ours}:${name}`))).toMatchObject({ rootfs: { diff_ids: [digestOf(Buffer.alloc(1024))] } })
    }
  })
})
