import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, expect, it } from 'vitest'
import { copyImage, imageIdentities, registryClient } from '@cilock/registry'
import type { ImageStore, WritableImageStore } from '@cilock/registry'
import { openArchive, openLayout, writeArchive, writeLayout } from '@cilock/registry/node'
import { memoryRegistry, pushImage } from '@cilock/registry/testing'
import { pushReferrer } from './image.ts'

const root = mkdtempSync(join(tmpdir(), 'cilock-stores-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
let count = 0

const tag = fc.constantFrom('v1', 'v2', 'latest')
const machine = fc.constantFrom('amd64', 'arm64', 'riscv64')
const step = fc.oneof(
  fc.record({ do: fc.constant('push' as const), machine, tag: fc.option(tag, { nil: undefined }) }),
  fc.record({ do: fc.constant('attach' as const), machine, note: fc.constantFrom('one', 'two') }),
  fc.record({ do: fc.constant('untag' as const), tag }),
  fc.record({ do: fc.constant('keep' as const), machine, tag }),
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** What came of each step: nothing, or a code. */
async function play(store: WritableImageStore, steps: readonly Step[]): Promise<readonly (string | undefined)[]> {
  const outcomes: (string | undefined)[] = []
  for (const each of steps) {
    try {
      if (each.do === 'push') await pushImage(store, each.tag, { architecture: each.machine })
      else if (each.do === 'attach') await pushReferrer(store, await pushImage(store, undefined, { architecture: each.machine }), 'text/a', each.note)
      else if (each.do === 'untag') await store.deleteManifest(each.tag)
      else {
        const { bytes } = await store.manifest((await pushImage(store, undefined, { architecture: each.machine })).manifest)
        await store.putManifest(bytes, { tag: each.tag, replaces: null })
      }
      outcomes.push(undefined)
    } catch (error) {
      outcomes.push((error as { readonly code: string }).code)
    }
  }
  return outcomes
}

/** All that can be asked of a store, whichever it is. */
async function told(store: ImageStore): Promise<unknown> {
  // a fallback tag is a tag
  const tags = (await store.tags().catch(() => [])).filter((each) => !each.startsWith('sha256-'))
  const images = await Promise.all(tags.map(async (each) => [each, await imageIdentities(store, each, { readLayers: true })] as const))
  const referrers = await Promise.all(images.map(async ([, [first]]) => (await store.referrers(first?.digest ?? '')).map(({ digest }) => digest).toSorted()))
  return { images, referrers }
}

it('whatever is stored and removed, a registry, a layout and an archive say the same, and so do those who read them later', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
      const registries = [{ referrers: true }, { referrers: false }].map((options) => registryClient({ fetch: memoryRegistry(options).fetch }).repository('registry.localhost/team/app'))
      const [folder, file] = [join(root, `layout-${count++}`), join(root, `archive-${count++}.tar`)]
      const [layout, archive] = [await writeLayout(folder), await writeArchive(file)]
      const stores = [...registries, layout, archive]
      const outcomes: (readonly (string | undefined)[])[] = []
      for (const store of stores) outcomes.push(await play(store, steps))
      for (const each of outcomes) expect(each).toEqual(outcomes[0])
      const [first] = stores
      if (first === undefined) return expect.unreachable()
      const hasAny = (await archive.manifests()).length > 0
      if (hasAny) await archive.close()
      else await archive.discard()
      const expected = await told(first)
      for (const store of [...registries, layout, await openLayout(folder), ...(hasAny ? [archive, await openArchive(file)] : [])]) expect(await told(store)).toEqual(expected)
    }),
    { numRuns: 25 },
  )
})

it('an image that is copied from store to store stays what it is', async () => {
  const { repository } = registryClient({ fetch: memoryRegistry({ referrers: false }).fetch })
  const [app, other] = [repository('registry.localhost/team/app'), repository('registry.localhost/team/other')]
  const image = await pushImage(app, 'v1')
  const notes = [await pushReferrer(app, image, 'text/a', 'one'), await pushReferrer(app, image, 'text/b', 'two')]
  const [layout, archive] = [await writeLayout(join(root, 'copy')), await writeArchive(join(root, 'copy.tar'))]
  await copyImage(app, layout, 'v1', { tag: 'v1', referrers: true })
  await copyImage(layout, archive, 'v1', { tag: 'v1', referrers: true })
  await archive.close()
  await copyImage(archive, other, 'v1', { tag: 'v1', referrers: true })
  expect(await told(other)).toEqual(await told(app))
  expect((await other.referrers(image.manifest)).map(({ digest }) => digest).toSorted()).toEqual(notes.toSorted())
})

it.each([
  ['a blob is not there', { path: /blobs\/sha256/, kind: 'answer', status: 404 }, {}, 'ERR_REGISTRY_NOT_FOUND'],
  ['a blob is another', { path: /blobs\/sha256/, method: 'GET', kind: 'change', change: (body: Uint8Array) => body.map((byte) => byte ^ 1) }, {}, 'ERR_REGISTRY_INTEGRITY'],
  ['the connection breaks', { path: /blobs\/sha256/, kind: 'cut-off' }, {}, 'ERR_HTTP_NETWORK'],
  ['referrers cannot be had', { path: /referrers/, kind: 'answer', status: 403 }, { referrers: true }, 'ERR_REGISTRY_FORBIDDEN'],
  ['there are too many manifests', { path: /nothing/, kind: 'reset' }, { maxManifests: 1, referrers: true }, 'ERR_LIMIT_EXCEEDED'],
  ['somebody stops it', { path: /nothing/, kind: 'reset' }, { signal: AbortSignal.abort() }, 'ERR_ABORTED'],
] as const)('a copy has no tag where %s', async (_, fault, options, code) => {
  const registry = memoryRegistry()
  const app = registryClient({ fetch: registry.fetch, wait: async () => undefined }).repository(`${registry.host}/team/app`)
  const image = await pushImage(app, 'v1')
  await pushReferrer(app, image, 'text/a', 'one')
  registry.fail(fault)
  const layout = await writeLayout(join(root, `copy-${count++}`))
  await expect(copyImage(app, layout, 'v1', { tag: 'v1', ...options })).rejects.toMatchObject({ code })
  if (!('referrers' in options)) expect(await layout.tags()).toEqual([])
  await expect(copyImage(app, layout, 'v1', { maxManifests: 0 })).rejects.toThrow(TypeError)
})
