import { describe, expect, test } from 'vitest'
import { sniffMimeType } from '@cilock/attestor-files'
import { cycloneDxType, sbom, sbomType, spdxType } from '@cilock/attestor-sbom'
import { stringifyJson } from '@cilock/core'
import { productContext } from '@cilock/testing/node'
import { recordedRuns, skipped, stageRun } from '@cilock/vectors'
import type { RecordedEntry, RecordedRun } from '@cilock/vectors'

const runs = recordedRuns('sbom-', 'tutorial-docker-sbom', 'witness-sbom', 'witness-tutorial-docker-sbom')

interface Better {
  readonly reason: string
  readonly code?: string
  /** Members of the evidence that are found where Go finds none, or others. */
  readonly evidence?: object
}


/** Where Go is wrong: what it gets wrong, and what is right. The README has the same table. */
const better: Readonly<Record<string, Better>> = {
  'sbom-cyclonedx-xml': {
    reason: 'Go never finds XML',
    evidence: { predicateType: cycloneDxType, predicate: { _sbomFormat: 'cyclonedx', specVersion: '1.5', metadata: { component: { type: 'application', name: 'app' } } } },
  },
  'sbom-marker-late': { reason: 'Go looks for the marker in the first 500 bytes', evidence: { predicateType: cycloneDxType, predicate: { _sbomFormat: 'cyclonedx' } } },
  'sbom-purl-oci-not-hex': { reason: 'Go takes any text for a digest', evidence: { backRefs: { 'name:app': expect.objectContaining({ sha256: expect.any(String) }) } } },
  'sbom-number-overflow': { reason: 'Go signs a number that it cannot read back, and with it the whole collection', code: 'ERR_MALFORMED' },
  'sbom-duplicate-keys': { reason: 'Go takes the last of two values, other readers the first', code: 'ERR_MALFORMED' },
  'sbom-strings': { reason: 'Go writes U+FFFD for half a character, which is another document', code: 'ERR_MALFORMED' },
}

test('every recorded exception has its recording', () => {
  expect(Object.keys(better).filter((id) => !runs.some((run) => run.id === id))).toEqual(runs.length === 0 ? Object.keys(better) : [])
})

describe.skipIf(runs.length === 0)(runs.length === 0 ? skipped('golden/evidence') : 'runs that Go recorded', () => {
  test.each(runs.map((run) => [run.id, run] as const))('%s', async (id, run) => {
    const { evidence, error } = await attestRun(run)
    const exception = better[id]
    if (exception?.code !== undefined) {
      expect(error).toMatchObject({ code: exception.code })
      return
    }
    if (exception?.evidence !== undefined) {
      expect(evidence).toMatchObject(exception.evidence)
      return
    }
    const found = entryOf(run)
    if (found === undefined) {
      const soft = run.exitCode === 0
      expect(error).toMatchObject({ code: soft ? 'ERR_NOTHING_TO_ATTEST' : expect.stringMatching(/^ERR_(MALFORMED|SBOM_UNKNOWN_FORMAT)$/) })
      return
    }
    const { entry, payload, exported } = found
    expect(evidence?.predicateType).toBe(entry.type)
    const isWitness = run.argv[0] === 'witness'
    // witness adds no _sbomFormat, decodes into structs and back, and signs no back-references
    if (isWitness) {
      expect(evidence?.predicate).toMatchObject({ _sbomFormat: entry.type === spdxType ? 'spdx' : 'cyclonedx' })
    } else {
      expect(evidence?.predicate).toEqual(entry.predicate)
      // byte for byte as it was signed
      const text = stringifyJson(evidence?.predicate)
      expect(payload).toContain(exported ? `"predicate":${text}}` : `"attestation":${text},"starttime"`)
    }
    if (exported) {
      expect(entry.subjects).toMatchObject(evidence?.subjects ?? {})
    } else {
      expect(evidence?.subjects).toEqual(entry.subjects)
      if (!isWitness) expect(evidence?.backRefs).toEqual(entry.backRefs)
    }
  })

  test.each(runs.flatMap((run) => (entryOf(run) === undefined ? [] : [[run.id, run] as const])))('%s is read back', (id, run) => {
    const found = entryOf(run)
    const { predicate, predicateType, subjects } = sbomType.read(found?.entry.predicate, found?.entry.type ?? '')
    expect(predicate).toEqual(found?.entry.predicate)
    expect(predicateType).toBe(found?.entry.type)
    if (found?.exported === false) {
      const withoutFile = Object.entries(found.entry.subjects).filter(([name]) => !name.startsWith('file:'))
      expect(subjects).toEqual(Object.fromEntries(withoutFile))
    }
  })
})

function entryOf({ statements }: RecordedRun): { readonly entry: RecordedEntry; readonly payload: string; readonly exported: boolean } | undefined {
  for (const { predicateType, payload, entries } of statements) {
    const entry = entries.find(({ type }) => type === spdxType || type === cycloneDxType)
    if (entry === undefined) continue
    const exported = entry.type === predicateType
    return { entry: exported ? { ...entry, subjects: ownSubjects(payload) } : entry, payload, exported }
  }
  return undefined
}

/** A statement of its own names its subjects without a prefix. */
function ownSubjects(payload: string): RecordedEntry['subjects'] {
  const { subject } = JSON.parse(payload) as { readonly subject: readonly { readonly name: string; readonly digest: Readonly<Record<string, string>> }[] }
  return Object.fromEntries(subject.map(({ name, digest }) => [name, digest]))
}

async function attestRun(run: RecordedRun) {
  const staged = stageRun(run)
  const flag = run.argv.indexOf('--attestor-sbom-file')
  const file = flag === -1 ? undefined : run.argv[flag + 1]?.replace('/src/hello', staged.workingDir)
  try {
    const evidence = await sbom(file === undefined ? {} : { file }).attest(productContext(staged.workingDir, staged.products, { mimeTypeOf: sniffMimeType }))
    if (evidence.subjects === undefined) return { evidence }
    const subjects = Object.entries(evidence.subjects).map(([name, digest]) => [name.replace(staged.workingDir, '/src/hello'), digest])
    return { evidence: { ...evidence, subjects: Object.fromEntries(subjects) } }
  } catch (error) {
    return { error }
  } finally {
    staged.remove()
  }
}
