// Tools that must not be part of the workspace (another Node, another runtime, an old compiler) each live in a folder of
// their own below `.tools`, named after all that was asked, so that what is there once never changes.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './packages.mjs'
import { attempt } from './run.mjs'

const offline = /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ECONNABORTED|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT|ENOTCACHED|FETCH_ERROR)\b/
const unfinished = '.unfinished-'

/**
 * `code`: `ERR_TOOL_OFFLINE` where no registry answered, `ERR_TOOL_INSTALL` for any other refusal of npm,
 * `ERR_TOOL_VERSION` where what is there is another version than was asked.
 */
export class ToolError extends Error {
  name = 'ToolError'
  constructor(code, message) {
    super(message)
    this.code = code
  }
}

/**
 * The path of a folder with these npm packages below `node_modules`, installed first where it is missing. Which registry
 * they come from is npm's own configuration. Two callers at once get the same whole folder.
 *
 * @param {string} name what the tool is called in the folder's name
 * @param {Readonly<Record<string, string>>} packages versions by name, exact ones unless any will do
 * @param {{ overrides?: Readonly<Record<string, string>>, runScripts?: boolean, below?: string }} options
 *   `overrides` as in package.json; `runScripts` for packages that only work after their install script; `below`
 *   another folder than `.tools`
 * @throws {ToolError}
 */
export function toolFolder(name, packages, { overrides = {}, runScripts = false, below = join(root, '.tools') } = {}) {
  const asked = JSON.stringify([sorted(packages), sorted(overrides), runScripts, process.platform, process.arch])
  const folder = join(below, `${name}-${createHash('sha256').update(asked).digest('hex').slice(0, 12)}`)
  if (existsSync(folder)) return folder
  mkdirSync(below, { recursive: true })
  removeLeftovers(below)
  const making = mkdtempSync(join(below, unfinished))
  try {
    writeFileSync(join(making, 'package.json'), `${JSON.stringify({ name: `tool-${name}`, private: true, dependencies: packages, overrides }, null, 2)}\n`)
    install(name, making, runScripts)
    move(making, folder)
  } finally {
    rmSync(making, { recursive: true, force: true })
  }
  return folder
}

function install(name, folder, runScripts) {
  const args = ['install', '--prefix', folder, '--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--prefer-offline', ...(runScripts ? [] : ['--ignore-scripts'])]
  const { status, stdout, stderr, error } = attempt('npm', args, { cwd: folder, quiet: true })
  if (status === 0) return
  const said = `${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`.trim()
  if (offline.test(said)) throw new ToolError('ERR_TOOL_OFFLINE', `cannot install ${name}: the registry that npm is configured for does not answer\n${said}`)
  throw new ToolError('ERR_TOOL_INSTALL', `cannot install ${name}: npm ended with ${status}\n${said}`)
}

/** A rename is whole or not at all: who comes second finds the folder there and keeps that. */
function move(from, to) {
  try {
    renameSync(from, to)
  } catch (error) {
    if (!existsSync(to)) throw error
  }
}

/** What a killed install left; a day, for no install that still runs takes so long. */
function removeLeftovers(below) {
  const yesterday = Date.now() - 24 * 60 * 60 * 1000
  for (const name of readdirSync(below).filter((each) => each.startsWith(unfinished))) {
    const path = join(below, name)
    if ((statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) < yesterday) rmSync(path, { recursive: true, force: true })
  }
}

function sorted(record) {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))
}
