import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { copySignedImage, savedImage, verifyImage } from '@cilock/cosign'
import { parseReference, registryClient } from '@cilock/registry'
import type { ImageStore } from '@cilock/registry'
import { openLayout, writeLayout } from '@cilock/registry/node'
import { failed, passed } from '../case.ts'
import type { Outcome } from '../case.ts'
import { copiedRegistry } from './copied-registry.ts'
import { parseFlags } from './flags.ts'
import type { Flags } from './flags.ts'
import { fileOf } from './recording.ts'
import type { Recorded } from './recording.ts'
import { recordedFetch } from './recorded-registry.ts'
import { compareVerdict, refusalOf } from './verdict.ts'
import { verifiersOf } from './verifiers.ts'

/** What `cosign copy`, `save` and `load` brought, ours brings; and more, since cosign leaves bundles behind. */
export async function runCopy(recorded: Recorded, folder: string): Promise<Outcome> {
  const flags = parseFlags(recorded.argv)
  if (flags.has('--local-image')) return runVerifyLocal(recorded, folder, flags)
  switch (flags.command) {
    case 'copy':
      return runCopyImage(recorded, folder, flags)
    case 'load':
      return runLoad(recorded, folder, flags)
    case 'save':
      return runSave(recorded, folder, flags)
    default:
      return failed(`no counterpart of cosign ${flags.command}`)
  }
}

async function runVerifyLocal(recorded: Recorded, folder: string, flags: Flags): Promise<Outcome> {
  return compareVerdict(recorded, async () => {
    const verifiers = await verifiersOf(flags, (name) => fileOf(folder, recorded, name))
    await verifyImage({ ...(await savedImage(await openLayout(join(folder, 'cases', recorded.id, 'inputs', flags.rest.at(-1) ?? '')))), verifiers })
  })
}

async function runCopyImage(recorded: Recorded, folder: string, flags: Flags): Promise<Outcome> {
  const client = await copiedRegistry(folder, recorded.registry?.before ?? '')
  const [from, to] = flags.rest.slice(-2).map((text) => parseReference(text))
  if (from === undefined || to === undefined) return failed('expected two references')
  const [source, target] = [from, to].map(({ registry, repository }) => client.repository(`${registry}/${repository}`))
  if (source === undefined || target === undefined) return failed('expected two repositories')
  return compareCopy(recorded, folder, to.repository, target, async () => void (await copySignedImage({ from: source, to: target, image: from.tag ?? from.digest ?? '', ...(to.tag !== undefined && { tag: to.tag }) })))
}

async function runLoad(recorded: Recorded, folder: string, flags: Flags): Promise<Outcome> {
  const client = await copiedRegistry(folder, recorded.registry?.before ?? '')
  const to = parseReference(flags.rest.at(-1) ?? '')
  const target = client.repository(`${to.registry}/${to.repository}`)
  const saved = await savedImage(await openLayout(join(folder, 'cases', recorded.id, 'inputs', flags.one('--dir') ?? '')))
  return compareCopy(recorded, folder, to.repository, target, async () => void (await copySignedImage({ from: saved.store, image: saved.image, to: target, ...(to.tag !== undefined && { tag: to.tag }) })))
}

/** Whatever cosign wrote under a tag has to stand there; but what it writes under the fallback tag of referrers is the image, and no list. */
async function compareCopy(recorded: Recorded, folder: string, repository: string, target: ImageStore, copy: () => Promise<void>): Promise<Outcome> {
  const refusal = await refusalOf(async () => {
    await copy()
    return []
  })
  if (refusal !== undefined) return failed(`ours does not copy it: ${refusal}`)
  const after = JSON.parse(readFileSync(join(folder, recorded.registry?.after ?? '', 'registry.json'), 'utf8')) as { readonly repositories: Readonly<Record<string, { readonly tags: Readonly<Record<string, string>> }>> }
  for (const [tag, digest] of Object.entries(after.repositories[repository]?.tags ?? {})) {
    if (/^sha256-[0-9a-f]{64}$/.test(tag)) continue
    const found = await target.manifest(tag).then((manifest) => manifest.digest, (error: unknown) => String(error))
    if (found !== digest) return failed(`${tag}: cosign brought ${digest}, ours ${found}`)
  }
  return passed
}

async function runSave(recorded: Recorded, folder: string, flags: Flags): Promise<Outcome> {
  const { registry, repository, tag = 'latest', digest } = parseReference(flags.rest.at(-1) ?? '')
  const client = registryClient({ fetch: recordedFetch(folder, recorded.registry?.before ?? '', undefined) })
  const scratch = mkdtempSync(join(tmpdir(), 'cilock-save-'))
  try {
    const layout = await writeLayout(scratch)
    await copySignedImage({ from: client.repository(`${registry}/${repository}`), to: layout, image: digest ?? tag, tag })
    const theirs = await openLayout(join(folder, 'cases', recorded.id, 'outputs', flags.one('--dir') ?? ''))
    for (const entry of await theirs.manifests()) {
      if (!existsSync(join(scratch, 'blobs', entry.digest.replace(':', '/')))) return failed(`cosign saved ${entry.digest}, ours did not`)
    }
    return passed
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}
