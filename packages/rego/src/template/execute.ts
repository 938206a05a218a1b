import { encodeUtf8 } from '../encoding/utf8.ts'
import { quote } from '../value/format.ts'
import { templateFunctions } from './functions.ts'
import type { Command, Operand, Pipe, Statement, Templates } from './node.ts'
import { type GoValue, isList, isMap, isTrue, JsonNumber, printed, typeOf } from './value.ts'

export interface ExecuteOptions {
  readonly name: string
  readonly source: string
  readonly fail: (message: string) => Error
  readonly spend: (steps: number) => void
  readonly checkLength: (length: number) => void
}

interface Variable {
  readonly name: string
  value: GoValue
}

type Signal = 'break' | 'continue' | undefined

const maxDepth = 200

/** Runs a template over its data, as Go's `Template.Execute` with the default options. */
export function executeTemplate(templates: Templates, data: GoValue, { name, source, fail, spend, checkLength }: ExecuteOptions): string {
  let out = ''
  let variables: Variable[] = [{ name: '$', value: data }]
  let current = name
  let depth = 0

  const failAt = (node: { readonly at: number; readonly text: string }, message: string): Error => {
    const before = source.slice(0, node.at).split('\n')
    const column = encodeUtf8(before.at(-1) ?? '').length
    return fail(`template: ${name}:${before.length}:${column}: executing ${quote(current)} at <${node.text}>: ${message}`)
  }
  const write = (text: string): void => {
    spend(1 + (text.length >> 4))
    checkLength(out.length + text.length)
    out += text
  }
  const variable = (wanted: string): Variable | undefined => variables.findLast((known) => known.name === wanted)

  const field = (value: GoValue, wanted: string, node: Operand, hasArguments: boolean): GoValue => {
    if (value === undefined) return undefined
    if (value === null) throw failAt(node, `nil pointer evaluating interface {}.${wanted}`)
    if (isMap(value)) {
      if (hasArguments) throw failAt(node, `${wanted} is not a method but has arguments`)
      return value.get(wanted)
    }
    if (value instanceof JsonNumber && /^(?:String|Int64|Float64)$/.test(wanted)) return numberMethod(value, wanted, node)
    throw failAt(node, `can't evaluate field ${wanted} in type ${value === data ? typeOf(value) : 'interface {}'}`)
  }

  const numberMethod = ({ text }: JsonNumber, wanted: string, node: Operand): GoValue => {
    if (wanted === 'String') return text
    if (wanted === 'Float64') return Number(text)
    if (!/^-?\d+$/.test(text)) throw failAt(node, `error calling Int64: strconv.ParseInt: parsing ${quote(text)}: invalid syntax`)
    return BigInt(text)
  }

  /** The fields one after another; only the last may be given arguments. */
  const walkFields = (start: GoValue, names: readonly string[], node: Operand, hasArguments: boolean): GoValue =>
    names.reduce<GoValue>((value, wanted, i) => field(value, wanted, node, hasArguments && i === names.length - 1), start)

  const evaluateOperand = (node: Operand, dot: GoValue): GoValue => {
    switch (node.kind) {
      case 'dot':
        return dot
      case 'nil':
        return null
      case 'constant':
        return node.value
      case 'field':
        return walkFields(dot, node.names, node, false)
      case 'variable':
        return walkFields(variable(node.name)?.value, node.names, node, false)
      case 'pipe':
        return evaluatePipe(node.pipe, dot)
      case 'function':
        return callFunction(node, node.name, [], undefined, false, dot, node)
      case 'chain':
        return walkFields(evaluateOperand(node.of, dot), node.names, node, false)
    }
  }

  const callFunction = (
    node: Operand,
    called: string,
    operands: readonly Operand[],
    final: GoValue,
    hasFinal: boolean,
    dot: GoValue,
    context: { readonly at: number; readonly text: string },
  ): GoValue => {
    spend(1)
    const count = operands.length + (hasFinal ? 1 : 0)
    if (called === 'and' || called === 'or') {
      if (count === 0) throw failAt(node, `wrong number of args for ${called}: want at least 1 got 0`)
      let value: GoValue
      for (const argument of operands) {
        value = evaluateOperand(argument, dot)
        if (isTrue(value) === (called === 'or')) return value
      }
      return hasFinal ? final : value
    }
    const known = templateFunctions.get(called)
    if (known === undefined) throw failAt(node, `${quote(called)} is not a defined function`)
    if (count < known.least || (known.most !== undefined && count > known.most)) {
      const want = known.most === undefined ? `at least ${known.least}` : String(known.least)
      throw failAt(node, `wrong number of args for ${called}: want ${want} got ${count}`)
    }
    const [format] = operands
    if (called === 'printf' && format?.kind === 'constant' && typeof format.value !== 'string') throw failAt(format, `expected string; found ${format.text}`)
    const args = operands.map((argument) => evaluateOperand(argument, dot))
    if (hasFinal) args.push(final)
    return known.call(args, (message) => failAt(context, `error calling ${called}: ${message}`), checkLength)
  }

  const evaluateCommand = (command: Command, dot: GoValue, final: GoValue, hasFinal: boolean): GoValue => {
    const [first, ...rest] = command.operands
    const hasArguments = rest.length > 0 || hasFinal
    if (first.kind === 'function') return callFunction(first, first.name, rest, final, hasFinal, dot, command)
    if (first.kind === 'field') return walkFields(dot, first.names, first, hasArguments)
    if (first.kind === 'chain') return walkFields(evaluateOperand(first.of, dot), first.names, first, hasArguments)
    if (first.kind === 'variable' && first.names.length > 0) return walkFields(variable(first.name)?.value, first.names, first, hasArguments)
    if (hasArguments) throw failAt(first, `can't give argument to non-function ${first.text}`)
    if (first.kind === 'nil') throw failAt(first, 'nil is not a command')
    return evaluateOperand(first, dot)
  }

  const evaluatePipe = (pipe: Pipe, dot: GoValue): GoValue => {
    spend(1)
    let value: GoValue
    for (const [stage, command] of pipe.commands.entries()) value = evaluateCommand(command, dot, value, stage > 0)
    for (const declared of pipe.variables) {
      const known = pipe.assigns ? variable(declared) : undefined
      if (known === undefined) variables.push({ name: declared, value })
      else known.value = value
    }
    return value
  }

  /** Runs statements in a scope of their own. */
  const scoped = (run: () => Signal): Signal => {
    const mark = variables.length
    const signal = run()
    variables.length = mark
    return signal
  }

  const range = (node: Statement & { readonly kind: 'if' | 'with' | 'range' }, dot: GoValue): Signal => {
    const { pipe, body, otherwise } = node
    const value = evaluatePipe(pipe, dot)
    const mark = variables.length
    let ran = false
    const iterate = (key: GoValue, member: GoValue): boolean => {
      ran = true
      const names = pipe.variables
      const place = (offset: number, given: GoValue): void => {
        const declared = pipe.assigns ? variable(names[names.length - offset] ?? '') : variables[mark - offset]
        if (declared !== undefined) declared.value = given
      }
      if (names.length > 0) place(1, member)
      if (names.length > 1) place(2, key)
      const signal = walk(body, member)
      variables.length = mark
      return signal !== 'break'
    }
    if (typeof value === 'bigint') {
      if (pipe.variables.length > 1) throw failAt(pipe, `can't use ${value} to iterate over more than one variable`)
      for (let i = 0n; i < value && iterate(undefined, i); i++) spend(1)
    } else if (isList(value)) {
      for (const [i, member] of value.entries()) if (!iterate(BigInt(i), member)) break
    } else if (isMap(value)) {
      for (const [key, member] of value) if (!iterate(key, member)) break
    } else if (value !== undefined && value !== null) throw failAt(pipe, `range can't iterate over ${printed(value)}`)
    if (!ran && otherwise !== undefined) return walk(otherwise, dot)
    return undefined
  }

  const invoke = (node: Statement & { readonly kind: 'template' }, dot: GoValue): void => {
    const body = templates.get(node.name)
    if (body === undefined) throw failAt(node, `template ${quote(node.name)} not defined`)
    if (++depth > maxDepth) throw failAt(node, `exceeded maximum template depth (${maxDepth})`)
    const argument = node.pipe === undefined ? undefined : evaluatePipe(node.pipe, dot)
    const saved = [variables, current] as const
    variables = [{ name: '$', value: argument }]
    current = node.name
    walk(body, argument)
    ;[variables, current] = saved
    depth--
  }

  const walkOne = (node: Statement, dot: GoValue): Signal => {
    switch (node.kind) {
      case 'text':
        write(node.value)
        return undefined
      case 'action': {
        const value = evaluatePipe(node.pipe, dot)
        if (node.pipe.variables.length === 0) write(printed(value))
        return undefined
      }
      case 'if':
      case 'with':
        return scoped(() => {
          const value = evaluatePipe(node.pipe, dot)
          if (isTrue(value)) return walk(node.body, node.kind === 'with' ? value : dot)
          return node.otherwise === undefined ? undefined : walk(node.otherwise, dot)
        })
      case 'range':
        return scoped(() => range(node, dot))
      case 'template':
        invoke(node, dot)
        return undefined
      case 'break':
      case 'continue':
        return node.kind
    }
  }

  const walk = (statements: readonly Statement[], dot: GoValue): Signal => {
    for (const node of statements) {
      const signal = walkOne(node, dot)
      if (signal !== undefined) return signal
    }
    return undefined
  }

  walk(templates.get(name) ?? [], data)
  return out
}
