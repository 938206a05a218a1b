import { evaluateGate } from '@cilock/image'
import type { GateReport } from '@cilock/image'
import { renderText } from '@cilock/policy/render'
import type { PolicyOptions } from '@cilock/policy'
import { codeOf, usage } from '../error.ts'
import type { Flags } from '../flags/flag.ts'
import type { CliIo } from '../io.ts'
import { escapeLine } from '../log.ts'
import { paintFor } from '../output/colour.ts'
import { cosignKeys, imageOf, platformOf } from './reference.ts'
import { storesOf } from './stores.ts'

/** `verify IMAGE`: whether somebody vouches for the image, and what happened to it is what should have. */
export async function verifyImage(text: string, policy: PolicyOptions, flags: Flags, io: CliIo): Promise<GateReport> {
  const foreign = flags.names().find((name) => ['artifactfile', 'directory-path', 'vsa-outfile', 'report'].includes(name))
  if (foreign !== undefined) throw usage(`--${foreign} is not for images, and ${JSON.stringify(text)} is one`)
  const keys = flags.list('cosign-key')
  if ((keys.length > 0) === flags.bool('allow-unsigned')) throw usage('with an image either --cosign-key says who has to have signed it, or --allow-unsigned that nobody has to')
  const platform = platformOf(flags)
  const { store, image } = imageOf(text, io)
  const cosign = keys.length === 0 ? 'none' : { verifiers: await cosignKeys(keys, io) }
  // a tag is asked for once, so that cosign, the stores and the policy speak of the same image
  const { digest } = await store.manifest(image, { signal: io.signal })
  const stores = await storesOf({ store, image: digest }, platform, flags, io)
  const report = await evaluateGate({ store, image: digest, cosign, policy, stores, now: io.clock(), signal: io.signal, ...(platform !== undefined && { platform }) })
  return { ...report, image: text }
}

/** For people, on stderr. */
export function gateText(report: GateReport, io: CliIo): string {
  const lines = [`image: ${report.image}`, `digest: ${report.digest}`]
  for (const { code, message } of report.causes) lines.push(`refused: ${code} ${message}`)
  for (const { link } of report.images) {
    if (report.verdict === 'passed' && link !== undefined) lines.push(`passed: ${[link.signed, ...link.chain.map(({ pointer, to }) => `${pointer} ${to}`)].join(' ')} is ${link.binding.name} of ${link.binding.step ?? link.binding.external ?? ''}`)
  }
  const trees = report.images.map((each) => renderText(each.report, { paint: paintFor(io.stderr) }))
  return `${lines.map(escapeLine).join('\n')}\n${trees.join('')}`
}

/** The one object of `--format json`. */
export function gateJson({ verdict, failures, authenticity, causes, ...report }: GateReport): string {
  const [cause] = causes
  const value = {
    passed: verdict === 'passed',
    ...(cause !== undefined && { code: cause.code, message: cause.message }),
    causes,
    ...report,
    authenticity: { verdict: authenticity.verdict },
    failures: failures.map(({ store, error }) => ({ store, code: codeOf(error), message: error instanceof Error ? error.message : String(error) })),
  }
  return `${JSON.stringify(value, null, 2)}\n`
}
