import { evaluate } from '@cilock/policy'
import { renderText } from '@cilock/policy/render'
import { describeError } from '../describe-error.ts'
import { usage } from '../error.ts'
import { verifyFlags } from '../flags/verify-flags.ts'
import { paintFor } from '../output/colour.ts'
import { namedImage } from '../image/names-image.ts'
import { createConsulted } from '../verify/consulted.ts'
import { imagePolicy, verifyOptions } from '../verify/options.ts'
import { outputsOf } from '../verify/outputs.ts'
import { failureJson, verdictJson } from '../verify/verdict-json.ts'
import type { Command } from './command.ts'

/** Decides whether an artifact is let through. The verdict is the exit code; stderr has the reason, or stdout one object. */
export const verifyCommand: Command = {
  flags: verifyFlags,
  async run(flags, positionals, io) {
    const format = flags.string('format') ?? 'text'
    if (format !== 'text' && format !== 'json') throw usage(`--format: expected text or json, found ${JSON.stringify(format)}`)
    const consulted = createConsulted()
    const image = namedImage(flags, positionals, io.workingDir)
    if (image !== undefined) return (await import('../image/verify-image.ts')).verifyImage(image, await imagePolicy(flags, io), format, consulted, flags, io)
    const options = await verifyOptions(flags, positionals, io, consulted)
    const write = await outputsOf(flags, io)
    const report = await evaluate(options)
    // why it was refused, and what would make it pass, is loaded when it is asked for
    const changes = report.verdict === 'passed' ? [] : await (await import('@cilock/policy/explain')).proposeChange(options, { report })
    if (write !== undefined) await write((await import('../verify/written.ts')).writtenOf(report, changes, options, consulted))
    if (format === 'json') io.stdout.write(verdictJson(report))
    else io.stderr.write(renderText(report, { paint: paintFor(io.stderr), changes }))
    return report.verdict === 'passed' ? 0 : 1
  },
  failed(error, args, io) {
    if (asksForJson(args)) io.stdout.write(failureJson(error))
    else io.stderr.write(`error: ${describeError(error)}\n`)
    return 1
  },
}

/** Also where the command line could not be read to its end. */
function asksForJson(args: readonly string[]): boolean {
  return args.some((arg, index) => /^(?:--format=json|-o=?json)$/.test(arg) || (arg === 'json' && ['--format', '-o'].includes(args[index - 1] ?? '')))
}
