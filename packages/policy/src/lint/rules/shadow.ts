import { compile, policyCapabilities, RegoCompileError, RegoError } from '@cilock/rego'
import { allBuiltins } from '@cilock/rego/all'
import { below } from '../../document/reader.ts'
import { lintFinding } from '../finding.ts'
import type { LintFinding, ModulePosition } from '../finding.ts'
import type { LintRule } from '../context.ts'
import { readModule } from '../read-module.ts'
import { modulesOf } from '../requirements.ts'

/** Modules in Rego v0 that call something of their own `input`: what they then read is not what was signed. */
export const shadowRule: LintRule = ({ policy }) =>
  modulesOf(policy).flatMap(({ modules, pointer }) =>
    modules.flatMap((module, index) => {
      const text = readModule(module)?.text
      return text === undefined ? [] : shadows(text).map((position) => shadowed(below(below(pointer, index), 'module'), position))
    }),
  )

function shadowed(pointer: string, position: ModulePosition): LintFinding {
  return lintFinding('rego-shadowed-input', pointer, 'something of the module’s own is called input here, so what is read by that name is not what was signed', 'give it another name', { position })
}

function shadows(text: string): readonly ModulePosition[] {
  const found = [...strictly(text), ...declared(text)]
  return [...new Map(found.map((position) => [`${position.row}:${position.column}`, position])).values()]
}

/** OPA's strict mode refuses such rules, arguments and assignments. */
function strictly(text: string): readonly ModulePosition[] {
  try {
    compile([{ name: 'module', source: text }], { capabilities: policyCapabilities(allBuiltins), strict: true })
    return []
  } catch (error) {
    if (error instanceof RegoCompileError) {
      return error.diagnostics.flatMap(({ message, location }) => (/must not shadow input\b/.test(message) && location !== undefined ? [{ row: location.row, column: location.col }] : []))
    }
    // what does not compile at all is a finding of its own
    if (RegoError.is(error)) return []
    throw error
  }
}

/** Declarations, which it lets pass. */
function declared(text: string): readonly ModulePosition[] {
  // strings and comments say nothing; blanks in their place keep every position
  const code = text.replaceAll(/"(?:[^"\\\n]|\\.)*"|`[^`]*`|#.*/g, (part) => part.replaceAll(/[^\n]/g, ' '))
  return [...code.matchAll(/\bsome\s+(?:[A-Za-z_]\w*\s*,\s*)*input\b/g)].map(({ 0: found, index }) => {
    const at = index + found.length - 'input'.length
    return { row: code.slice(0, at).split('\n').length, column: at - code.lastIndexOf('\n', at) }
  })
}
