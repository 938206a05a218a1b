import { escapeLine, withoutLogCommands } from '@cilock/core'
import { clipped } from './plain-text.ts'

/** How parts of a text stand out, as on a terminal. */
export interface Paint {
  /** What is beside the point. */
  readonly dim: (text: string) => string
  /** A pass. */
  readonly good: (text: string) => string
  /** A refusal. */
  readonly bad: (text: string) => string
}

export const plain: Paint = { dim: (text) => text, good: (text) => text, bad: (text) => text }

/** A line and what hangs beneath it. */
export interface Tree {
  readonly label: string
  /** Set apart from the label. */
  readonly detail?: string
  readonly tone?: 'good' | 'bad'
  readonly children?: readonly Tree[]
}

export function renderTree(tree: Tree, paint: Paint): string {
  return withoutLogCommands(`${[line(tree, paint), ...branches(tree.children ?? [], '', paint)].join('\n')}\n`)
}

function branches(children: readonly Tree[], indent: string, paint: Paint): readonly string[] {
  return children.flatMap((child, index) => {
    const last = index === children.length - 1
    return [`${indent}${paint.dim(last ? '└─ ' : '├─ ')}${line(child, paint)}`, ...branches(child.children ?? [], `${indent}${paint.dim(last ? '   ' : '│  ')}`, paint)]
  })
}

/** How much of a label or a detail a line bears: what nobody signed may be megabytes long. */
const mostText = 4000

function line({ label, detail, tone }: Tree, paint: Paint): string {
  const text = tone === undefined ? shown(label) : paint[tone](shown(label))
  return detail === undefined || detail === '' ? text : `${text} ${paint.dim(shown(detail))}`
}

function shown(text: string): string {
  const short = clipped(text, mostText)
  return short === text ? escapeLine(text) : `${escapeLine(short)} (${text.length} characters; the JSON has all)`
}
