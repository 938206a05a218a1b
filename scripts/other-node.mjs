// Another Node than the one this runs in, called by path. Never a dependency of the workspace: its `node` would shadow
// the machine's in every script, and its package is for one platform alone.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ToolError, toolFolder } from './tool-folder.mjs'

/** Exact where continuous integration runs; elsewhere the newest there is of that major version. */
const pinned = { 'linux-x64': { 22: '22.23.3', 24: '24.21.0' } }

/** The path of a Node of this major version (22 or 24), after asking it whether that is what it is. */
export function otherNode(major) {
  const windows = process.platform === 'win32'
  const platform = `${windows ? 'win' : process.platform}-${process.arch}`
  const wanted = pinned[platform]?.[major] ?? String(major)
  const name = `node-${platform}`
  const bin = join(toolFolder(`node-${major}`, { [name]: wanted }), 'node_modules', name, 'bin')
  const path = join(bin, windows ? 'node.exe' : 'node')
  const { stdout, error } = spawnSync(path, ['-p', 'process.version'], { encoding: 'utf8' })
  const version = stdout?.trim() ?? ''
  if (version !== `v${wanted}` && !version.startsWith(`v${wanted}.`)) {
    throw new ToolError('ERR_TOOL_VERSION', `expected Node ${wanted} at ${path}, found ${version === '' ? String(error) : version}`)
  }
  return path
}
