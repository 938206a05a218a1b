import { describe, expect, test } from 'vitest'
import { sniffMimeType } from '@cilock/attestor-files'
import { oci, ociType } from '@cilock/attestor-oci'
import type { OciPredicate } from '@cilock/attestor-oci'
import { stringifyJson } from '@cilock/core'
import { productContext } from '@cilock/testing/node'
import { recordedRuns, skipped, stageRun } from '@cilock/vectors'
import type { RecordedEntry, RecordedRun } from '@cilock/vectors'

const runs = recordedRuns('oci-', 'tutorial-docker-build', 'witness-oci', 'witness-tutorial-docker-build')

const layer = { sha256: '30fab83b3ae9858148a13be979f7136db50fdce6e7c743b0c7b5b5e57daca461' }

interface Better {
  readonly reason: string
  /** What the better predicate has instead. */
  readonly predicate?: Partial<OciPredicate>
  readonly code?: string
  /** Subjects that Go has and should not have. */
  readonly without?: readonly string[]
}

/** Where Go is wrong: what it gets wrong, and what is right. The README has the same table. */
const better: Readonly<Record<string, Better>> = {
  'oci-config-lies': { reason: 'Go does not compare the layers with the configuration', code: 'ERR_OCI_DIFF_ID_MISMATCH' },
  'oci-layer-hardlink': { reason: 'Go reads a linked layer as nothing, and records the digest of nothing', predicate: { diffids: [layer, layer] } },
  'oci-layer-symlink': { reason: 'Go reads a linked layer as nothing, and records the digest of nothing', predicate: { diffids: [layer, layer] } },
  'oci-layer-missing': { reason: 'Go leaves a missing layer out', code: 'ERR_OCI_ENTRY_MISSING' },
  'oci-layer-twice-in-tar': { reason: 'Go records both, a runtime takes the last', code: 'ERR_OCI_ENTRY_DUPLICATE' },
  'oci-layer-xz': { reason: 'Go hashes the compressed bytes', code: 'ERR_OCI_DIFF_ID_MISMATCH' },
  'oci-manifest-twice': { reason: 'Go takes the first manifest, docker load the last', code: 'ERR_OCI_ENTRY_DUPLICATE' },
  'oci-tags-empty-string': { reason: 'Go makes a subject of the hash of nothing, which links all such images', without: ['imagetag:'] },
}

/** Runs that fail in Go by chance, when it takes the other of two tars. */
const byChance = ['oci-other-tar-too']

test('every recorded exception has its recording', () => {
  const ids = [...Object.keys(better), ...byChance]
  expect(ids.filter((id) => !runs.some((run) => run.id === id))).toEqual(runs.length === 0 ? ids : [])
})

describe.skipIf(runs.length === 0)(runs.length === 0 ? skipped('golden/evidence') : 'runs that Go recorded', () => {
  test.each(runs.map((run) => [run.id, run] as const))('%s', async (id, run) => {
    const { evidence, error } = await attestRun(run)
    const entry = entryOf(run)
    const exception = better[id]
    if (exception?.code !== undefined) {
      expect(error).toMatchObject({ code: exception.code })
      return
    }
    if (entry === undefined && !byChance.includes(id)) {
      expect(run.exitCode).toBe(1)
      expect(error).toMatchObject({ code: expect.stringMatching(/^ERR_(OCI_|MALFORMED)/) })
      return
    }
    expect(error).toBeUndefined()
    if (entry === undefined) return
    const predicate = { ...(entry.predicate as OciPredicate), ...exception?.predicate }
    expect(evidence?.predicate).toEqual(predicate)
    if (exception?.predicate === undefined) {
      const subjects = Object.entries(entry.subjects).filter(([name]) => exception?.without?.includes(name) !== true)
      expect(evidence?.subjects).toEqual(Object.fromEntries(subjects))
      // byte for byte as it was signed
      expect(run.statements[0]?.payload).toContain(`"attestation":${stringifyJson(evidence?.predicate)},"starttime"`)
    }
    // witness signs none
    if (!run.argv[0]?.startsWith('witness')) expect(evidence?.backRefs).toEqual(entry.backRefs)
  })

  test.each(runs.flatMap((run) => (entryOf(run) === undefined ? [] : [[run.id, run] as const])))('%s is read back', (id, run) => {
    const entry = entryOf(run)
    const { predicate, subjects } = ociType.read(entry?.predicate, entry?.type ?? '')
    expect(predicate).toEqual(entry?.predicate)
    expect(subjects).toEqual(Object.fromEntries(Object.entries(entry?.subjects ?? {}).filter(([name]) => name !== 'imagetag:')))
  })
})

function entryOf({ statements }: RecordedRun): RecordedEntry | undefined {
  return statements[0]?.entries.find(({ type }) => [ociType.predicateType, ...(ociType.aliases ?? [])].includes(type))
}

async function attestRun(run: RecordedRun) {
  const staged = stageRun(run)
  const flag = run.argv.indexOf('--hashes')
  const hashes = flag === -1 ? ['sha256'] : (run.argv[flag + 1] ?? '').split(',')
  try {
    return { evidence: await oci().attest(productContext(staged.workingDir, staged.products, { hashes, mimeTypeOf: sniffMimeType })) }
  } catch (error) {
    return { error }
  } finally {
    staged.remove()
  }
}
