import { commandRunType } from '@cilock/attestor-command-run/type'
import { productType } from '@cilock/attestor-files/type'
import { sha256Hex } from '@cilock/core'
import { evidenceOf, treeOf, world } from '@cilock/testing'

/** Times in milliseconds for many collections, each with a store of all of them to be found in. */
export interface TestingBench {
  readonly collections: number
  /** Made, signed and put into a store. */
  readonly made: number
  /** Each verified against a policy, by the digest of its artifact. */
  readonly verified: number
}

/** Makes and verifies collections as a test suite would: nothing is kept from one to the next but the world. */
export async function benchTesting(collections = 1_000): Promise<TestingBench> {
  const commandRun = 'https://aflock.ai/attestations/command-run/v0.1'
  const { store, collection, policy, verify } = await world({ seed: 'bench', types: [commandRunType, productType] })
  const gate = await policy({ steps: { build: { by: ['builder'], attestations: [commandRun, productType] } } })
  const begin = performance.now()
  for (let index = 0; index < collections; index++) {
    const ran = evidenceOf(commandRunType, { cmd: ['make', String(index)], exitcode: 0 }, { as: commandRun })
    const made = evidenceOf(productType, treeOf('products', { 'app.js': `app ${index}`, 'app.js.map': `map ${index}` }))
    store.put(await collection({ step: 'build', evidence: [ran, made], subjects: { 'app.js': { sha256: sha256Hex(`app ${index}`) } } }))
  }
  const between = performance.now()
  for (let index = 0; index < collections; index++) {
    await verify({ policy: gate, subjects: [`sha256:${sha256Hex(`app ${index}`)}`] })
  }
  return { collections, made: between - begin, verified: performance.now() - between }
}
