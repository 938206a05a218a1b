import { withoutLogCommands } from '@cilock/core'
import { evaluateGate, gateSummary } from '@cilock/image'
import type { PolicyOptions } from '@cilock/policy'
import { usage } from '../error.ts'
import type { Flags } from '../flags/flag.ts'
import type { CliIo } from '../io.ts'
import { paintFor } from '../output/colour.ts'
import type { Consulted } from '../verify/consulted.ts'
import { outputsOf } from '../verify/outputs.ts'
import { summaryVerifier } from '../verify/summary.ts'
import { cosignKeys, imageOf, platformOf } from './reference.ts'
import { gateIn, gateJson, gateText } from './render-gate.ts'
import { storesOf } from './stores.ts'

/** `verify IMAGE`: whether somebody vouches for the image, and what happened to it is what should have. */
export async function verifyImage(text: string, policy: PolicyOptions, format: 'text' | 'json', consulted: Consulted, flags: Flags, io: CliIo): Promise<number> {
  const foreign = flags.names().find((name) => ['artifactfile', 'directory-path'].includes(name))
  if (foreign !== undefined) throw usage(`--${foreign} is not for images, and ${JSON.stringify(text)} is one`)
  const keys = flags.list('cosign-key')
  if ((keys.length > 0) === flags.bool('allow-unsigned')) throw usage('with an image either --cosign-key says who has to have signed it, or --allow-unsigned that nobody has to')
  const platform = platformOf(flags)
  const { store, image } = imageOf(text, io)
  const cosign = keys.length === 0 ? 'none' : { verifiers: await cosignKeys(keys, io) }
  const write = await outputsOf(flags, io)
  // a tag is asked for once, so that cosign, the stores and the policy speak of the same image
  const { digest } = await store.manifest(image, { signal: io.signal })
  const stores = (await storesOf({ store, image: digest }, platform, flags, io)).map((each) => ({ ...each, source: consulted.watch(each.source) }))
  const now = io.clock()
  const report = { ...(await evaluateGate({ store, image: digest, cosign, policy, stores, now, signal: io.signal, ...(platform !== undefined && { platform }) })), image: text }
  await write?.({
    summary: () => gateSummary(report, { verifier: summaryVerifier, policy: policy.policy, now, resourceUri: `${store.name}@${digest}` }),
    report: (to) => gateIn(to, report),
    subjects: [digest],
    consulted,
  })
  if (format === 'json') io.stdout.write(withoutLogCommands(gateJson(report), 'json'))
  else io.stderr.write(gateText(report, paintFor(io.stderr)))
  return report.verdict === 'passed' ? 0 : 1
}
