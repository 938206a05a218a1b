import { describe, expect, test } from 'vitest'
import { sniffMimeType } from '@cilock/attestor-files'
import { docker, dockerType } from '@cilock/attestor-docker'
import type { DockerPredicate } from '@cilock/attestor-docker'
import { sha256Hex, stringifyJson } from '@cilock/core'
import { productContext } from '@cilock/testing/node'
import { recordedRuns, skipped, stageRun } from '@cilock/vectors'
import type { RecordedEntry, RecordedRun } from '@cilock/vectors'

const runs = recordedRuns('docker-', 'tutorial-docker-build', 'witness-docker', 'witness-tutorial-docker-build').filter(({ argv }) => {
  // products that a glob leaves out are the product attestor's matter
  return !argv.includes('--attestor-product-exclude-glob')
})

const digest = '8874845b27e4f941b0646f608df8429cc144b45881995e782ec910f9603f0041'
const name = 'registry.example.com/acme/app:1.0'
const alpine = { uri: 'pkg:docker/alpine@3.20?platform=linux%2Famd64', architecture: 'linux/amd64', digest: { sha256: 'd9'.repeat(32) } }
const plain = { materials: {}, imagereferences: [name], imagedigest: { sha256: digest } }

/** Where Go is wrong: what it gets wrong, and what is right. The README has the same table. */
const better: Readonly<Record<string, { readonly reason: string; readonly products: DockerPredicate['products'] } | { readonly reason: string; readonly code: string }>> = {
  'docker-name-missing': {
    reason: 'Go records the reference "" and a subject of the hash of nothing, which links all builds without a tag',
    products: { [digest]: { ...plain, imagereferences: [] } },
  },
  'docker-names-several': {
    reason: 'Go takes all tags for one reference with a comma in it, which nobody can look up',
    products: { [digest]: { ...plain, imagereferences: [name, 'registry.example.com/acme/app:latest'] } },
  },
  'docker-provenance-git-material': {
    reason: 'Go records the sha256 "" for a git commit, and an empty subject that links all builds from git',
    products: {
      [digest]: {
        ...plain,
        materials: {
          'linux/amd64': [
            { uri: 'https://github.com/acme/app.git#refs/heads/main', architecture: 'linux/amd64', digest: { sha1: 'c0'.repeat(20) } },
            alpine,
          ],
        },
      },
    },
  },
  'docker-provenance-v1': {
    reason: 'Go takes nothing from SLSA provenance of version 1',
    products: { [digest]: { ...plain, materials: { 'linux/amd64': [alpine] } } },
  },
  'docker-bake': {
    reason: 'Go does not look into the targets of a bake',
    products: { '1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f': { ...plain, imagedigest: { sha256: '1f'.repeat(32) } }, [digest]: plain },
  },
  'docker-two-files-same-digest': {
    reason: 'Go keeps the names of one of the two files, by chance',
    products: { [digest]: { ...plain, imagereferences: [name, 'two'] } },
  },
  'docker-digest-short': { reason: 'Go takes any text behind sha256: for a digest', code: 'ERR_MALFORMED' },
  'docker-duplicate-keys': { reason: 'Go takes the last of two values, other readers the first', code: 'ERR_MALFORMED' },
}

test('every recorded exception has its recording', () => {
  expect(Object.keys(better).filter((id) => !runs.some((run) => run.id === id))).toEqual(runs.length === 0 ? Object.keys(better) : [])
})

describe.skipIf(runs.length === 0)(runs.length === 0 ? skipped('golden/evidence') : 'runs that Go recorded', () => {
  test.each(runs.map((run) => [run.id, run] as const))('%s', async (id, run) => {
    const outcome = await attestRun(run)
    const exception = better[id]
    if (exception !== undefined) {
      if ('code' in exception) expect(outcome).toMatchObject({ error: { code: exception.code } })
      else expect(outcome.evidence?.predicate).toEqual({ products: exception.products })
      return
    }
    const entry = entryOf(run)
    if (entry === undefined) {
      expect(run.exitCode).toBe(1)
      expect(outcome.error).toMatchObject({ code: expect.stringMatching(/^ERR_(DOCKER_METADATA_MISSING|MALFORMED)$/) })
      return
    }
    expect(outcome.evidence?.predicate).toEqual(entry.predicate)
    expect(outcome.evidence?.subjects).toEqual(entry.subjects)
    expect(outcome.evidence?.backRefs ?? {}).toEqual(entry.backRefs)
    // byte for byte as it was signed
    expect(run.statements[0]?.payload).toContain(`"attestation":${stringifyJson(outcome.evidence?.predicate)},"starttime"`)
  })

  test.each(runs.flatMap((run) => (entryOf(run) === undefined ? [] : [[run.id, run] as const])))('%s is read back', (id, run) => {
    const entry = entryOf(run)
    const { predicate, subjects = {} } = dockerType.read(entry?.predicate, entry?.type ?? '')
    expect(predicate).toEqual(entry?.predicate)
    // all of Go's subjects but the empty and the malformed ones
    const expected = Object.entries(entry?.subjects ?? {}).filter(([name]) => !/:(abc)?$/.test(name))
    expect(subjects).toEqual(Object.fromEntries(expected))
    expect(expected.length).toBeGreaterThan(0)
  })
})

test('references and URIs are subjects by the hash of their text', () => {
  const { subjects } = dockerType.read({ products: { [digest]: { ...plain, materials: { '': [alpine] } } } }, dockerType.predicateType)
  expect(subjects).toEqual({
    [`imagedigest:${digest}`]: { sha256: digest },
    [`imagereference:${name}`]: { sha256: sha256Hex(name) },
    [`materialdigest:${alpine.digest.sha256}`]: alpine.digest,
    [`materialuri:${alpine.uri}`]: { sha256: sha256Hex(alpine.uri) },
  })
})

function entryOf({ statements }: RecordedRun): RecordedEntry | undefined {
  return statements[0]?.entries.find(({ type }) => [dockerType.predicateType, ...(dockerType.aliases ?? [])].includes(type))
}

async function attestRun(run: RecordedRun) {
  const staged = stageRun(run)
  try {
    return { evidence: await docker().attest(productContext(staged.workingDir, staged.products, { mimeTypeOf: sniffMimeType })) }
  } catch (error) {
    return { error }
  } finally {
    staged.remove()
  }
}
