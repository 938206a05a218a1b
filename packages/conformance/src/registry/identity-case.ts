import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { imageIdentities } from '@cilock/registry'
import type { ImageIdentity } from '@cilock/registry'
import { openArchive, openLayout } from '@cilock/registry/node'
import { CilockError } from '@cilock/core'
import { failed, passed } from '../case.ts'
import type { Case, Outcome } from '../case.ts'
import { sha256Of } from './recording.ts'

interface SavedImage {
  readonly configSha256: string
  readonly diffIds: readonly string[]
}

interface Tar {
  readonly sha256: string
  readonly manifestJson: readonly { readonly RepoTags?: readonly string[] | null }[]
  readonly images: readonly SavedImage[]
}

interface InRegistry {
  readonly ref: string
  readonly digestByCrane: string
  readonly kind: 'image' | 'index'
  readonly configDigest?: string
  readonly diffIds?: readonly string[]
  readonly platforms?: readonly { readonly platform: { readonly os: string; readonly architecture: string }; readonly manifestDigest: string; readonly configDigest: string }[]
}

interface Table {
  readonly images: readonly {
    readonly id: string
    readonly dockerSaveTar?: Tar
    readonly asBuiltByCraneAppend?: Tar
    readonly archiveSha256?: string
    readonly registry?: readonly InRegistry[]
    readonly savedAgain?: readonly (Tar & { readonly from: string; readonly savedBy: string })[]
  }[]
  readonly cilock: readonly { readonly image: string; readonly tar: string; readonly subjects: readonly { readonly name: string; readonly digest: Readonly<Record<string, string>> }[] }[]
}

/** What `identities.json` says about each image, held against what we find in the bytes behind it. */
export function identityCases(folder: string): readonly Case[] {
  const file = join(folder, 'identities.json')
  if (!existsSync(file)) return []
  const table = JSON.parse(readFileSync(file, 'utf8')) as Table
  const tars = tarsBeside(folder)
  const of = (id: string, run: () => Promise<string | undefined>): Case => ({ id: `identities:${id}`, kind: 'identities', run: async () => outcomeOf(run) })
  return [
    ...table.images.flatMap(({ id, registry = [], savedAgain = [], dockerSaveTar, asBuiltByCraneAppend }) => [
      ...registry.map((entry) => of(entry.ref, async () => inLayout(folder, entry))),
      ...(dockerSaveTar === undefined ? [] : [of(`${id}-saved`, async () => inTar(tars, dockerSaveTar))]),
      ...(asBuiltByCraneAppend === undefined ? [] : [of(`${id}-built`, async () => inTar(tars, asBuiltByCraneAppend))]),
      ...savedAgain.map((tar) => of(`${tar.from}-${tar.savedBy.split(' ')[0] ?? ''}`, async () => inTar(tars, tar))),
    ]),
    ...table.images.flatMap(({ id, archiveSha256 }) => (archiveSha256 === undefined ? [] : [of(`${id}-archive`, async () => inArchive(tars, archiveSha256))])),
    ...table.cilock.map(({ image, tar, subjects }) => of(`cilock-${image}`, async () => asCilock(tars, tar, subjects))),
  ]
}

async function outcomeOf(run: () => Promise<string | undefined>): Promise<Outcome> {
  try {
    const wrong = await run()
    return wrong === undefined ? passed : failed(wrong)
  } catch (error) {
    if (!CilockError.is(error)) throw error
    return failed(`${error.code}: ${error.message}`)
  }
}

interface Found {
  readonly path: string
  readonly name: string
  readonly sha256: string
}

/** Beside the table, and the five that the recordings began with. */
function tarsBeside(folder: string): readonly Found[] {
  return [join(folder, 'identities', 'tars'), join(dirname(dirname(folder)), 'images')]
    .filter((each) => existsSync(each))
    .flatMap((each) => readdirSync(each).filter((name) => name.endsWith('.tar')).map((name) => ({ name, path: join(each, name), sha256: sha256Of(readFileSync(join(each, name))) })))
}

async function inLayout(folder: string, { ref, digestByCrane, kind, configDigest, diffIds, platforms = [] }: InRegistry): Promise<string | undefined> {
  const colon = ref.lastIndexOf(':')
  const store = await openLayout(join(folder, 'identities', 'layouts', ...ref.slice(0, colon).split('/')))
  const found = await imageIdentities(store, ref.slice(colon + 1), { readLayers: true })
  if (found.some(({ proof }) => proof !== 'bytes')) return 'expected all to be computed'
  if (found[0]?.digest !== digestByCrane || found[0].kind !== (kind === 'index' ? 'index' : 'manifest')) return `expected the ${kind} ${digestByCrane} first, found ${found[0]?.digest ?? 'none'}`
  if (kind === 'image') return same(idsIn(found), { config: configDigest, diffIds: diffIds ?? [] })
  const wanted = platforms.map(({ platform: { os, architecture }, manifestDigest, configDigest: config }) => [os, architecture, manifestDigest, config])
  const manifests = found.filter((each) => each.kind === 'manifest')
  return same(manifests.map(({ digest, platform }) => [platform?.os, platform?.architecture, digest, found.find((each) => each.kind === 'config' && each.chain.some(({ from }) => from === digest))?.digest]), wanted)
}

function idsIn(found: readonly ImageIdentity[]): { readonly config: string | undefined; readonly diffIds: readonly string[] } {
  return { config: found.find(({ kind }) => kind === 'config')?.digest, diffIds: found.filter(({ kind }) => kind === 'diff-id').map(({ digest }) => digest) }
}

async function inTar(tars: readonly Found[], { sha256, images, manifestJson }: Tar): Promise<string | undefined> {
  const file = tars.find((each) => each.sha256 === sha256)
  if (file === undefined) return `expected the tar ${sha256} beside the table`
  const store = await openArchive(file.path)
  const tags = [...new Set(manifestJson.flatMap(({ RepoTags }) => RepoTags ?? []))].sort()
  const listed = await store.manifests()
  const found = await Promise.all(listed.map(async ({ digest }) => idsIn(await imageIdentities(store, digest, { readLayers: true }))))
  return same(await store.tags(), tags) ?? same(found, images.map(({ configSha256, diffIds }) => ({ config: `sha256:${configSha256}`, diffIds })))
}

/** Which digests it has, the table says by registry; here all of it has to be what it is called. */
async function inArchive(tars: readonly Found[], sha256: string): Promise<string | undefined> {
  const file = tars.find((each) => each.sha256 === sha256)
  if (file === undefined) return `expected the archive ${sha256} beside the table`
  const store = await openArchive(file.path)
  for (const { digest } of await store.manifests()) {
    const found = await imageIdentities(store, digest, { readLayers: true })
    if (found.some(({ proof }) => proof !== 'bytes')) return 'expected all to be computed'
  }
  return undefined
}

/** The image id and diff ids are the subjects that CI/lock names. */
async function asCilock(tars: readonly Found[], tar: string, subjects: Table['cilock'][number]['subjects']): Promise<string | undefined> {
  const file = tars.find(({ name }) => name === tar)
  if (file === undefined) return `expected ${tar} beside the table`
  const store = await openArchive(file.path)
  const [first] = await store.manifests()
  const { config, diffIds } = idsIn(await imageIdentities(store, first?.digest ?? '', { readLayers: true }))
  const named = (part: string): readonly string[] => subjects.filter(({ name }) => name.includes(part)).map(({ digest }) => `sha256:${digest['sha256'] ?? ''}`)
  return same([named('/imageid:'), named('/layerdiffid')], [[config], diffIds])
}

function same(found: unknown, wanted: unknown): string | undefined {
  return isDeepStrictEqual(found, wanted) ? undefined : `expected ${JSON.stringify(wanted)}, found ${JSON.stringify(found)}`
}
