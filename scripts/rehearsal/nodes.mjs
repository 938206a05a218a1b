import { dirname } from 'node:path'
import { otherNode } from '../other-node.mjs'
import { run } from './commands.mjs'

/** The Node that this runs in, and those that a user may have besides. */
export async function nodes() {
  const value = [await described(process.execPath), await described(otherNode(22)), await described(otherNode(24))]
  return { said: value.map(({ version }) => version).join(', '), value }
}

export async function described(path) {
  return { path, version: (await run(path, ['--version'], {})).trim(), folder: dirname(path) }
}
