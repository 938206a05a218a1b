import { signEnvelope } from '@cilock/core'
import { evaluate, verify } from '@cilock/policy'
import type { VerifyOptions } from '@cilock/policy'
import { editPolicy, proposeChange } from '@cilock/policy/explain'
import type { Change, Edit } from '@cilock/policy/explain'
import { describe, expect, it } from 'vitest'
import { faults } from './faults.ts'
import type { Fault } from './faults.ts'
import { questionOf, release, sceneOf, shapes, stepOf } from './scene.ts'
import type { Scene } from './scene.ts'
import { knownKeys, singleEdits } from './single-edits.ts'

/** What somebody would do who takes the advice: change the policy and sign it, hand in something else. */
async function applied(options: VerifyOptions, edit: Edit): Promise<VerifyOptions | undefined> {
  switch (edit.kind) {
    case 'hand-in':
      return { ...options, subjects: [edit.digest] }
    case 'withdraw-subject':
      return { ...options, subjects: options.subjects.filter((_, index) => index !== edit.index) }
    case 'drop-input':
      return { ...options, input: { ...options.input, [edit.type]: Object.fromEntries(Object.entries(options.input?.[edit.type] ?? {}).filter(([key]) => !edit.keys.includes(key))) } }
    case 'provide-evidence':
      throw new TypeError('what has to be made is made in the scene')
    default: {
      const changed = editPolicy(options.policy, edit, { keys: knownKeys })
      return changed === undefined ? undefined : { ...options, policy: await signEnvelope({ ...changed, signers: [release.signer] }) }
    }
  }
}

/** The same, and evidence is made anew as it should have been. */
async function followed(scene: Scene, whole: Scene, { edits }: Change): Promise<VerifyOptions> {
  for (const edit of edits) {
    if (edit.kind !== 'provide-evidence') continue
    for (const step of edit.steps) Object.assign(stepOf(scene, step), stepOf(whole, step))
    for (const external of edit.externals) if (external === 'review') Object.assign(scene.external, whole.external)
  }
  let options = await questionOf(scene)
  for (const edit of edits) {
    if (edit.kind === 'provide-evidence') continue
    const changed = await applied(options, edit)
    expect(changed).toBeDefined()
    options = changed ?? options
  }
  return options
}

function injected(shape: (typeof shapes)[string], { inject }: Fault): Scene {
  const scene = sceneOf(shape)
  inject(scene)
  return scene
}

/** Of two edits whether they do the same. */
function sameness(edit: Edit): string {
  return JSON.stringify(Object.entries({ ...edit, ...('name' in edit && { name: '' }) }).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Whether one does a part of what another does. */
function isWithin(part: Edit, whole: Edit): boolean {
  const items = (edit: Edit): readonly string[] => ('keys' in edit ? edit.keys : 'paths' in edit ? edit.paths : [])
  const about = (edit: Edit): string => sameness({ ...edit, ...('keys' in edit && { keys: [] }), ...('paths' in edit && { paths: [] }) })
  return about(part) === about(whole) && items(part).length < items(whole).length && items(part).every((item) => items(whole).includes(item))
}

const counts = { proposed: 0, tried: 0, several: 0, kinds: new Set<string>() }

describe.each(Object.entries(shapes))('changes in the world %s', (_, shape) => {
  it.each(faults)('make it pass, and none is smaller: $name', async (fault) => {
    const scene = injected(shape, fault)
    const options = await questionOf(scene)
    const changes = await proposeChange(options, { report: await evaluate(options), keys: knownKeys })
    for (const change of changes) {
      counts.proposed++
      if (change.tried) counts.tried++
      if (change.edits.length > 1) counts.several++
      for (const { kind } of change.edits) counts.kinds.add(kind)
      const report = await verify(await followed(injected(shape, fault), sceneOf(shape), change))
      expect(report.verdict).toBe('passed')
      expect(change.sentence).toMatch(change.edits.some(({ kind }) => kind !== 'provide-evidence') ? /, only if / : /^hand in evidence/)
    }

    // a policy that nobody vouches for is no ground for advice
    if (fault.check === 'policy-signature' || fault.check === 'policy-payload-type') {
      expect(changes).toEqual([])
      return
    }
    const passing: Edit[] = []
    for (const edit of singleEdits(scene, options, knownKeys)) {
      const changed = await applied(options, edit)
      if (changed !== undefined && (await evaluate(changed)).verdict === 'passed') passing.push(edit)
    }
    const smallest = passing.filter((edit) => !passing.some((other) => isWithin(other, edit)))
    const single = changes.filter(({ edits, tried }) => tried && edits.length === 1).flatMap(({ edits }) => edits.map(sameness))
    expect(new Set(single)).toEqual(new Set(smallest.map(sameness)))
  })
})

describe('all of these', () => {
  it('are many, and of every kind that raw keys allow', () => {
    expect(counts.tried).toBeGreaterThanOrEqual(60)
    expect(counts.several).toBeGreaterThanOrEqual(5)
    expect([...counts.kinds].sort()).toEqual(['add-functionary', 'add-key', 'allow-untracked', 'drop-attestation-type', 'drop-input', 'extend-expiry', 'hand-in', 'provide-evidence', 'remove-policy-key', 'rename-policy-key', 'replace-attestation-type', 'withdraw-subject'])
  })
})
