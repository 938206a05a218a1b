import { skipped } from '@cilock/vectors'
import { describe, expect, it } from 'vitest'
import { collectionsOf, recordedCases, recordings } from './recorded/case.ts'
import type { RecordedCase } from './recorded/case.ts'
import { replay } from './recorded/replay.ts'
import type { Replayed } from './recorded/replay.ts'

const types: Readonly<Record<string, string>> = {
  environment: 'https://aflock.ai/attestations/environment/v0.1',
  material: 'https://aflock.ai/attestations/material/v0.3',
  'command-run': 'https://aflock.ai/attestations/command-run/v0.2',
  product: 'https://aflock.ai/attestations/product/v0.3',
}

/** Where cilock is wrong: which attestor, why, and what is right. */
const better: Readonly<Record<string, { readonly attestor: string; readonly why: string; readonly right: object }>> = {
  'env-add-key-bad-glob': { attestor: 'environment', why: 'a rule that cannot be read hides nothing', right: { error: { code: 'ERR_GLOB_INVALID' } } },
  'env-secret-in-output': {
    attestor: 'command-run',
    why: 'base64 of a secret is recorded, and a DSN',
    right: { evidence: { predicate: { stdout: 'token is [REDACTED]\n[REDACTED] tok-123456789\n[REDACTED]\n[REDACTED]\n[REDACTED]\n' } } },
  },
  'env-secret-multiline': {
    attestor: 'command-run',
    why: 'a line of a secret is recorded',
    right: { evidence: { predicate: { cmd: ['sh', '-c', 'echo "$A_TOKEN"; echo [REDACTED]'], stdout: '[REDACTED]\n[REDACTED]\n' } } },
  },
  'env-secret-names': {
    attestor: 'command-run',
    why: 'values are hidden in the environment and recorded in the output',
    right: { evidence: { predicate: { stdout: 'A_TOKEN [REDACTED]\nB_SECRET [REDACTED]\nC_PASSWORD [REDACTED]\nD_PASSWD [REDACTED]\nE_PASSPHRASE [REDACTED]\nF_CREDENTIALS [REDACTED]\nG_PRIVATE_KEY [REDACTED]\nH_ACCESS_KEY [REDACTED]\nI_APIKEY [REDACTED]\nJ_API_KEY [REDACTED]\nK_SIGNING_KEY [REDACTED]\nL_SSH_KEY [REDACTED]\nM_KEY [REDACTED]\nN_AUTH [REDACTED]\nO_JWT [REDACTED]\nP_PAT [REDACTED]\nq_token [REDACTED]\n' } } },
  },
  'env-secret-nested': { attestor: 'command-run', why: 'what surrounds a shorter secret is recorded', right: { evidence: { predicate: { stdout: '[REDACTED] [REDACTED] short\n' } } } },
  'run-symlink-include-glob': {
    attestor: 'product',
    why: 'the pattern is held against the path below the target, which drops every linked file',
    right: { evidence: { predicate: { leaves: [{ path: 'link.txt' }, { path: 'd/two.txt' }] } } },
  },
}

/** What cannot be run again. */
const unrepeatable: Readonly<Record<string, string>> = {
  'run-capture-trace': 'the command line asks for a tracer',
  'run-capture-ima': 'the command line asks for a tracer',
  'run-git-dir-in-tree': 'git writes the time into its files',
}

describe.skipIf(recordings === undefined)(recordings === undefined ? skipped('golden/evidence') : 'recorded runs of cilock', () => {
  const cases = recordedCases().filter((recorded) => recorded.tool === 'cilock' && recorded.argv[1] === 'run' && /^(run|env)-/.test(recorded.id) && collectionsOf(recorded).length > 0)

  for (const recorded of cases) {
    const reason = unrepeatable[recorded.id]
    it.skipIf(reason !== undefined)(reason === undefined ? recorded.id : `${recorded.id}: SKIPPED: ${reason}`, async () => {
      const results = await replay(recorded)
      for (const result of results) compare(recorded, result)
      const recordedTypes = collectionsOf(recorded).flatMap(({ entries }) => entries.map(({ type }) => type))
      expect(results.map(({ attestor }) => types[attestor])).toEqual(expect.arrayContaining(recordedTypes.filter((type) => Object.values(types).includes(type))))
    })
  }

  it('are there', () => {
    expect(cases.length).toBeGreaterThan(140)
    expect(cases.map(({ id }) => id)).toEqual(expect.arrayContaining([...Object.keys(better), ...Object.keys(unrepeatable)]))
  })
})

function compare(recorded: RecordedCase, result: Replayed): void {
  const { attestor, evidence, error } = result
  const exception = better[recorded.id]?.attestor === attestor ? better[recorded.id] : undefined
  const [go] = collectionsOf(recorded)
  const entry = go?.entries.find(({ type }) => type === types[attestor])
  if (exception !== undefined) {
    expect(result).toMatchObject(exception.right)
    expect(normalised(evidence?.predicate), 'Go is right by now').not.toEqual(normalised(entry?.attestation))
    return
  }
  expect(evidence === undefined, `${attestor}: ${error?.code ?? 'no error here'} ${error?.message ?? ''}`).toBe(entry === undefined)
  expect(normalised(evidence?.predicate), attestor).toEqual(normalised(entry?.attestation))
  expect(prefixed(attestor, evidence?.subjects), attestor).toEqual(ofType(attestor, go?.subjects))
  expect(prefixed(attestor, evidence?.backRefs), attestor).toEqual(ofType(attestor, go?.backRefs))
}

/** What `cilock` says about itself, and offsets behind it. */
function normalised(predicate: unknown): unknown {
  if (predicate === undefined) return undefined
  const copy = structuredClone(predicate) as { _meta?: { keyGuard?: unknown; sections?: unknown }; variables?: Record<string, unknown> }
  if (copy._meta !== undefined) copy._meta = { ...copy._meta, keyGuard: 'normalised', sections: 'normalised' }
  if (copy.variables !== undefined) {
    delete copy.variables['CILOCK_FANOTIFY']
    delete copy.variables['CILOCK_FSVERITY']
  }
  return copy
}

function prefixed(attestor: string, names: object | undefined): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(names ?? {}).map(([name, digests]) => [`${types[attestor]}/${name}`, digests as unknown]))
}

function ofType(attestor: string, names: ReadonlyMap<string, unknown> | undefined): ReadonlyMap<string, unknown> {
  return new Map([...(names ?? [])].filter(([name]) => name.startsWith(`${types[attestor]}/`)))
}
