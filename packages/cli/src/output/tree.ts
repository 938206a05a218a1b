import { escapeLine, withoutLogCommands } from '@cilock/core'
import type { Paint } from './colour.ts'

/** A line of a tree and what hangs beneath it. */
export interface Tree {
  readonly label: string
  /** Set apart from the label, and dimmed on a terminal. */
  readonly detail?: string
  /** How the label stands out on a terminal. */
  readonly tone?: 'good' | 'bad'
  readonly children?: readonly Tree[]
}

export function renderTree(tree: Tree, paint: Paint): string {
  return withoutLogCommands(`${[line(tree, paint), ...branches(tree.children ?? [], '', paint)].join('\n')}\n`)
}

function branches(children: readonly Tree[], indent: string, paint: Paint): readonly string[] {
  return children.flatMap((child, index) => {
    const last = index === children.length - 1
    return [
      `${indent}${paint.dim(last ? '└─ ' : '├─ ')}${line(child, paint)}`,
      ...branches(child.children ?? [], `${indent}${paint.dim(last ? '   ' : '│  ')}`, paint),
    ]
  })
}

function line({ label, detail, tone }: Tree, paint: Paint): string {
  const text = tone === undefined ? escapeLine(label) : paint[tone](escapeLine(label))
  return detail === undefined || detail === '' ? text : `${text} ${paint.dim(escapeLine(detail))}`
}
