// The first program of the README and that of @cilock/sdk, as they stand there, and the same written with `require`.
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CommandError } from './commands.mjs'

const pages = [
  { name: "the README's first example", page: 'README.md', file: 'readme' },
  { name: "the lines of @cilock/sdk's README", page: 'packages/sdk/README.md', file: 'sdk' },
]

export function programsOf(tree, consumer) {
  const programs = pages.flatMap(({ name, page, file }) => {
    const text = firstBlock(readFileSync(join(tree.folder, page), 'utf8'), page)
    // at the end of the line that prints it
    const said = /console\.log\(.*\) \/\/ (.+)$/m.exec(text)?.[1]
    if (said === undefined) throw new CommandError(`the first example of ${page} does not say what it prints`)
    return [
      { name: `${name} by import`, ...written(consumer, `${file}.mjs`, text), said },
      { name: `${name} by require`, ...written(consumer, `${file}.cjs`, byRequire(text)), said },
    ]
  })
  return { said: String(programs.length), value: programs }
}

/** In an empty directory; it has to print what the page says. */
export async function runProgram({ path, said }, runtime, consumer) {
  const printed = (await consumer.node(runtime, [path], mkdtempSync(join(consumer.folder, 'run-')))).trim()
  if (printed !== said) throw new CommandError(`expected it to print ${said}\nfound ${printed}`)
  return runtime.version
}

function firstBlock(markdown, page) {
  const block = /^```ts\n([^]*?)^```$/m.exec(markdown)
  if (block === null) throw new CommandError(`${page} has no example`)
  return block[1]
}

function written(consumer, file, text) {
  const path = join(consumer.folder, file)
  if (existsSync(path)) throw new CommandError(`${path} is there already`)
  writeFileSync(path, text)
  return { path, text }
}

/** CommonJS has no `await` outside of functions. */
function byRequire(text) {
  const imports = /^import (\{[^}]*\}) from ('[^']+')$/gm
  const body = text.replaceAll(imports, '').trim()
  if (/^import /m.test(body)) throw new CommandError(`an import that cannot be written as require:\n${body}`)
  const requires = [...text.matchAll(imports)].map(([, names, from]) => `const ${names.replaceAll(' as ', ': ')} = require(${from})`)
  return `${requires.join('\n')}\nasync function main() {\n${body}\n}\nmain()\n`
}
