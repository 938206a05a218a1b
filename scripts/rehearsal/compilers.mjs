// The declarations of every export under each compiler that users may have, from the oldest, with nothing skipped.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { needsNode, specifiers } from '../packages.mjs'
import { toolFolder } from '../tool-folder.mjs'
import { CommandError, run } from './commands.mjs'

/**
 * `require` of ECMAScript modules is known to compilers from 5.8 on. `foreign` are libraries whose own declarations are
 * too new for a compiler; a program that is not to care sets `skipLibCheck`.
 */
export const compilers = [
  { version: '5.4.5', modes: ['node16', 'bundler'], foreign: ['@bufbuild/protobuf'] },
  { version: '5.9.3', modes: ['node16', 'nodenext', 'bundler'] },
  { version: '6.0.3', modes: ['node16', 'nodenext', 'bundler'] },
  { version: '7.0.2', modes: ['node16', 'nodenext', 'bundler'] },
]

const strict = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, target: 'es2022', skipLibCheck: false, noEmit: true }
const inNode = (module) => ({ ...strict, module, moduleResolution: module, lib: ['es2023'], types: ['node'] })
const modes = {
  node16: { files: ['every.mts', 'readme.mts', 'sdk.mts'], options: inNode('node16') },
  nodenext: { files: ['every.mts', 'every.cts', 'readme.mts', 'sdk.mts'], options: inNode('nodenext') },
  bundler: { files: ['anywhere.mts'], options: { ...strict, module: 'esnext', moduleResolution: 'bundler', lib: ['es2023', 'dom', 'dom.asynciterable'], types: [] } },
}

export async function checkTypes({ version, modes: wanted, foreign = [] }, { manifests }, { folder }, programs) {
  const tsc = join(toolFolder(`typescript-${version}`, { typescript: version }), 'node_modules/typescript/bin/tsc')
  write(specifiers(manifests.map((manifest) => ({ manifest }))), folder, programs)
  const left = new Set(foreign)
  for (const mode of wanted) {
    const project = join(folder, `tsconfig.${mode}.json`)
    writeFileSync(project, JSON.stringify({ compilerOptions: modes[mode].options, files: modes[mode].files }))
    for (const name of await blamed(() => run(process.execPath, [tsc, '--pretty', 'false', '--project', project], { cwd: folder }), foreign)) left.delete(name)
  }
  if (left.size > 0) throw new CommandError(`${[...left].join(', ')} is listed as too new for ${version}, and is not`)
  return `${wanted.join(', ')}${foreign.length === 0 ? '' : ` (but for the declarations of ${foreign.join(', ')} itself)`}`
}

/** Which of these libraries the compiler complains about; throws what it said where it complains of anything else. */
async function blamed(compile, foreign) {
  try {
    await compile()
    return []
  } catch (error) {
    // a line that begins with a space belongs to the one before it
    const complaints = error.output?.split('\n').filter((line) => /^\S/.test(line)) ?? []
    const names = complaints.map((line) => foreign.find((name) => line.startsWith(`node_modules/${name}/`)))
    if (names.length === 0 || names.includes(undefined)) throw error
    return names
  }
}

function write(exported, folder, programs) {
  const text = (names) => names.map((name, index) => `export * as x${index} from '${name}'\n`).join('')
  writeFileSync(join(folder, 'every.mts'), text(exported))
  writeFileSync(join(folder, 'anywhere.mts'), text(exported.filter((name) => !needsNode(name))))
  writeFileSync(join(folder, 'every.cts'), exported.map((name, index) => `import x${index} = require('${name}')\nexport { x${index} }\n`).join(''))
  for (const { path, text: program } of programs.filter(({ path }) => path.endsWith('.mjs'))) writeFileSync(path.replace('.mjs', '.mts'), program)
}
